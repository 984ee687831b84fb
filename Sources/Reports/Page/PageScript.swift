/// The page's one script: a cursor over all pictures, moved by pointer, by touch, or by the slider (so by keyboard), and the
/// values under it in the legends. Without scripts the page is whole, but for the cursor. `#step=17` opens it on a step.
enum PageScript {
    static let javascript = """
        "use strict";
        (() => {
          const data = JSON.parse(document.getElementById("data").textContent);
          const bar = document.querySelector(".time"), slider = bar.querySelector("input");
          const clock = bar.querySelector("output"), areas = [...document.querySelectorAll(".area")];
          const count = data.labels.length;
          const values = [...document.querySelectorAll("output[data-source]")].map(output => ({
            output, factor: +output.dataset.factor, decimals: +output.dataset.decimals,
            list: output.dataset.source.split(".").reduce((node, key) => node == null ? node : node[key], data)
          }));
          const show = step => {
            slider.value = step;
            slider.setAttribute("aria-valuetext", data.labels[step]);
            clock.textContent = data.labels[step];
            document.body.classList.add("live");
            for (const area of areas) area.style.setProperty("--x", (step + 0.5) / count * 100 + "%");
            for (const { output, factor, decimals, list } of values) {
              const value = list && list[step];
              output.textContent = value == null ? "\\u2013" : (value * factor).toFixed(decimals);
            }
          };
          const follow = event => {
            const box = event.currentTarget.getBoundingClientRect();
            const share = (event.clientX - box.left) / box.width;
            show(Math.min(count - 1, Math.max(0, Math.floor(share * count))));
          };
          for (const area of areas) for (const kind of ["pointermove", "pointerdown"]) area.addEventListener(kind, follow);
          slider.max = count - 1;
          slider.addEventListener("input", () => show(+slider.value));
          const wanted = /^#step=(\\d+)$/.exec(location.hash);
          bar.hidden = false;
          if (wanted && +wanted[1] < count) show(+wanted[1]);
        })();
        """
}
