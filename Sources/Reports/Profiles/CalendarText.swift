import Scenarios

/// iCalendar's way of writing (RFC 5545): CRLF, lines of 75 bytes at most, escaped text, UTC times.
struct CalendarText {
    private(set) var text = ""

    /// A content line, folded where it is long: never within a character.
    mutating func line(_ name: String, _ value: String) {
        var width = 0
        for character in "\(name):\(value)" {
            let size = character.utf8.count
            if width + size > 75 {
                text += "\r\n "
                width = 1
            }
            text.append(character)
            width += size
        }
        text += "\r\n"
    }

    /// Words as a property's text.
    static func escaped(_ words: String) -> String {
        var out = ""
        for character in words {
            switch character {
            case "\\", ";", ",": out += "\\\(character)"
            case _ where character.isNewline: out += "\\n"
            // Other control characters are not allowed at all.
            case _ where character.unicodeScalars.allSatisfy { $0.value < 32 || $0.value == 127 }: out += " "
            default: out.append(character)
            }
        }
        return out
    }

    /// `20240115T164000Z`
    static func utc(_ instant: Instant) -> String {
        String(instant.utcText.filter { $0 != "-" && $0 != ":" })
    }

    /// Letters, digits and dashes of a name, all else as its bytes: no two names become one.
    static func slug(_ name: String) -> String {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                String(UnicodeScalar(byte))
            case UInt8(ascii: " "): "_"
            default: "=" + String(byte, radix: 16)
            }
        }.joined()
    }
}
