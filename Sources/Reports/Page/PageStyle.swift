/// The report's look: light and dark by the reader's own setting, one column on a phone, light and without controls on paper.
/// The service's page begins with it too.
package enum PageStyle {
    package static let css = """
        :root{color-scheme:light dark;--bg:#fff;--card:#f5f6f8;--ink:#16191f;--soft:#545b69;--line:#d9dce3;--zero:#7b8290;\
        --away:#e7e9ee;--price:#16191f;--sell:#0b7a6f;--charge:#0b62c4;--discharge:#b7440a;--soc:#6a35c9;--limit:#b4182d;\
        --usual:#6b7280;--load:#7a5a00;--pv:#a06a00;--good:#0a6b3d;--bad:#b4182d}
        @media (prefers-color-scheme:dark){:root{--bg:#12151b;--card:#1b1f28;--ink:#e9ecf2;--soft:#a9b1c0;--line:#333947;\
        --zero:#7e8798;--away:#262c38;--price:#e9ecf2;--sell:#45c9b8;--charge:#6db3ff;--discharge:#ff9a5c;--soc:#b89bff;\
        --limit:#ff7d8c;--usual:#9aa3b2;--load:#e3bd5b;--pv:#ffcf5c;--good:#5fd39a;--bad:#ff7d8c}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:1100px;margin:0 auto;padding:1rem}
        h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0 .2rem}h2{font-size:1.2rem;margin:2.2rem 0 .4rem}
        h3{font-size:1rem;margin:0}small,.soft{color:var(--soft);font-weight:400;font-size:.875rem}
        p{margin:.3rem 0;max-width:46rem}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.7rem;margin:1rem 0;padding:0}
        .cards div{background:var(--card);border-radius:.6rem;padding:.7rem .9rem}.cards dt{color:var(--soft);font-size:.875rem}
        .cards dd{margin:0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}
        .cards dd small{display:block;line-height:1.35}
        .note{border-left:4px solid var(--bad);background:var(--card);padding:.5rem .9rem;margin:.5rem 0;max-width:none}
        figure{margin:1.2rem 0}figcaption{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;align-items:baseline}
        .legend{display:flex;flex-wrap:wrap;gap:0 1.1rem;list-style:none;margin:0;padding:0;font-size:.875rem}
        .legend li{white-space:nowrap}.legend output{font-weight:600;font-variant-numeric:tabular-nums}
        .sample{width:20px;height:10px;margin-right:.35rem;overflow:visible}
        .frame{position:relative;padding:.6rem 0 1.6rem 3.2rem}.area{position:relative;height:9rem;touch-action:pan-y}
        .tall .area{height:13rem}.area svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
        .ys{position:absolute;left:0;top:.6rem;bottom:1.6rem;width:2.8rem;font-size:.75rem;color:var(--soft)}
        .ys span{position:absolute;right:0;transform:translateY(-50%);font-variant-numeric:tabular-nums}
        .xs{position:absolute;left:3.2rem;right:0;bottom:0;height:1.5rem;font-size:.75rem;color:var(--soft)}
        .xs span{position:absolute;top:.3rem;transform:translateX(-50%);white-space:nowrap}
        path,rect{vector-effect:non-scaling-stroke}.grid{stroke:var(--line);stroke-width:1}.zero{stroke:var(--zero);stroke-width:1}
        .away{fill:var(--away);stroke:none}.s{fill:none;stroke-width:2;stroke-linejoin:round}
        .price{stroke:var(--price)}.sell{stroke:var(--sell);stroke-dasharray:7 3}
        .charge{fill:var(--charge);stroke:none}.discharge{fill:var(--discharge);stroke:none}
        .soc{stroke:var(--soc);stroke-width:2.5}.usual{stroke:var(--usual);stroke-dasharray:4 3}
        .floor{stroke:var(--limit);stroke-dasharray:2 3}.limit{stroke:var(--limit);stroke-dasharray:9 3 2 3}
        .target{stroke:var(--limit);stroke-width:9;stroke-linecap:round}.load{stroke:var(--load);stroke-dasharray:5 2}
        .pv{stroke:var(--pv)}.import{fill:var(--charge);stroke:none}.export{fill:var(--discharge);stroke:none}
        .deliver{stroke:var(--discharge)}.absorb{stroke:var(--charge);stroke-dasharray:6 2}
        .cursor{position:absolute;top:0;bottom:0;width:0;border-left:1.5px solid var(--ink);left:var(--x,0);display:none;pointer-events:none}
        .live .cursor{display:block}
        .time{position:sticky;bottom:0;background:var(--bg);border-top:1px solid var(--line);padding:.5rem 0;display:flex;gap:1rem;\
        align-items:center;z-index:1}.time input{flex:1;min-width:0;accent-color:var(--charge);height:1.6rem}
        .time output{min-width:9.5rem;font-weight:600;font-variant-numeric:tabular-nums}
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.6rem 0}
        th,td{padding:.3rem .8rem .3rem 0;text-align:right;border-bottom:1px solid var(--line)}
        th:first-child,td:first-child{text-align:left}thead th{color:var(--soft);font-weight:500;font-size:.875rem;vertical-align:bottom}
        tfoot th,tfoot td{font-weight:700;border-bottom:0}.bars{width:16rem;min-width:9rem;padding:.3rem 0}
        .bars svg{display:block;width:100%;height:1.4rem}.plan{fill:var(--charge)}.rule{fill:var(--usual)}
        .good{color:var(--good)}.bad{color:var(--bad)}
        details summary{cursor:pointer;padding:.4rem 0}details table{font-size:.8125rem}
        footer{color:var(--soft);font-size:.875rem;margin-top:2rem}
        @media (max-width:640px){.frame{padding-left:2.5rem}.ys{width:2.2rem}.xs{left:2.5rem}.minor{display:none}
        th,td{padding-right:.5rem}.time output{min-width:0}h1{font-size:1.35rem}}
        @media print{:root{color-scheme:light;--bg:#fff;--card:#f5f6f8;--ink:#16191f;--soft:#545b69;--line:#d9dce3;--zero:#7b8290;\
        --away:#e7e9ee;--price:#16191f;--sell:#0b7a6f;--charge:#0b62c4;--discharge:#b7440a;--soc:#6a35c9;--limit:#b4182d;\
        --usual:#6b7280;--load:#7a5a00;--pv:#a06a00;--good:#0a6b3d;--bad:#b4182d}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}.time,.cursor,.screen,details{display:none!important}
        figure,table,.cards{break-inside:avoid}main{max-width:none;padding:0}}
        """
}
