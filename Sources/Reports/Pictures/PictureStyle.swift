/// How a picture looks: what its reader or a journal asks for, whatever it shows.
package struct PictureStyle: Sendable, Equatable {
    /// In place of the picture's own; empty: none.
    package var title: String?
    /// CSS pixels, of which 96 make an inch; nil: 800 at the usual size of letters.
    package var width: Double?
    /// Nil: as high as what is shown needs.
    package var height: Double?
    /// One or more families, as CSS names them.
    package var font: String
    /// Of the labels, CSS pixels; the title is larger by a third.
    package var fontSize: Double

    /// Memberwise.
    package init(
        title: String? = nil, width: Double? = nil, height: Double? = nil, font: String = "sans-serif",
        fontSize: Double = 12
    ) {
        self.title = title
        self.width = width
        self.height = height
        self.font = font
        self.fontSize = fontSize
    }

    /// Below this many times the letters' size there is no room between the axes.
    package static let leastWidthInLetters = 25.0

    /// CSS pixels of a length such as `160mm`, `6.3in`, `9pt` or `800` (pixels); nil where it is none.
    package static func pixels(_ text: String) -> Double? {
        let units = ["mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "pt": 96 / 72.0, "px": 1]
        let unit = units.keys.first { text.hasSuffix($0) }
        guard let number = Double(unit.map { String(text.dropLast($0.count)) } ?? text), number.isFinite, number > 0
        else { return nil }
        return number * (unit.flatMap { units[$0] } ?? 1)
    }
}
