extension Unicode.Scalar {
    /// A control character, one that turns the direction of writing, or one that no XML document may hold.
    package var isControl: Bool {
        switch value {
        case 0..<32, 127..<160, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: true
        default: false
        }
    }
}

extension String {
    /// The text as a terminal may be given it: without what would move its cursor, change its colours or turn its direction.
    package var withoutControls: String {
        guard unicodeScalars.contains(where: { $0.isControl && $0 != "\n" }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isControl || $0 == "\n" }))
    }

    /// A field of a CSV file (RFC 4180): in quotes where it holds a comma, a quote or a line's end.
    package var csvField: String {
        guard unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return self }
        return "\"" + doublingQuotes + "\""
    }

    /// With every quotation mark twice, as CSV and SQL want it inside quotes.
    package var doublingQuotes: String {
        var out = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            out.append(scalar)
            if scalar == "\"" { out.append(scalar) }
        }
        return String(out)
    }
}
