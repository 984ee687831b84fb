/// Text as HTML and SVG take it.
enum Markup {
    /// `text` with the scalars escaped that mean something in markup, inside quotes too; what XML cannot hold, and what turns
    /// the direction of writing, is left out.
    ///
    /// By scalars and not by characters: a quote with a combining mark behind it is another character than a quote, and no less
    /// of one for a browser.
    static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;".unicodeScalars
            case "<": out += "&lt;".unicodeScalars
            case ">": out += "&gt;".unicodeScalars
            case "\"": out += "&quot;".unicodeScalars
            case "'": out += "&#39;".unicodeScalars
            default: if !scalar.isControl || scalar == "\n" || scalar == "\t" { out.append(scalar) }
            }
        }
        return String(out)
    }

    /// JSON that can stand inside a `<script>`: no tag can begin in it.
    static func island(_ json: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if scalar == "<" { out += "\\u003c".unicodeScalars } else { out.append(scalar) }
        }
        return String(out)
    }

    /// A coordinate: two decimals at most, no zeros behind.
    static func coordinate(_ value: Double) -> String {
        let hundredths = Int(saturating: (value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
