import Sensitivity
import Verification
import Accounting
import ArgumentParser
import Foundation
import Reports
import Simulations
import Sweeps

struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "A picture (SVG, PDF, PNG) of a result, a sweep, a simulation, offers or the worth of streams.",
        discussion: """
            RESULTS is recognised by its content: a sweep's database, or the JSON that schedule, simulate, offer and \
            value write. Of a sweep: a heat map (--x, --y), lines (--x, --by), each the mean over all other axes, or a \
            tornado: what each axis moves, the largest first. The output's name chooses: .txt is a tornado's table; .svg needs nothing; .pdf and .png are drawn by rsvg-convert \
            (Debian's librsvg2-bin), or by Python's vl-convert-python or cairosvg, where one of them is installed \
            (V2X_PYTHON names another python3).
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case heatmap, lines, tornado }

    @Argument(help: "A sweep's SQLite file or a JSON result; - is standard input.", completion: .file())
    var results: String
    @Option(
        name: .shortAndLong, help: "Where to write it (.svg, .pdf, .png; a tornado also .txt); - is standard output.",
        completion: .file())
    var output = "-"
    @Option(help: "Of a sweep: heatmap, lines or tornado; by default what its axes allow.") var kind: Kind?
    @Option(help: "Of a sweep: the column that is shown; by default the one that its question is about.")
    var value: String?
    @Option(help: "Of a sweep: the horizontal axis.") var x: String?
    @Option(help: "Of a heat map: the vertical axis.") var y: String?
    @Option(help: "Of lines: the axis of which each value is a line.") var by: String?

    @Option(help: "In place of the picture's own title; an empty one leaves it out.") var title: String?
    @Option(
        help: ArgumentHelp(
            "Width, or width x height: 160mm, 6.3inx4in, 800x500 (pixels, 96 an inch).", valueName: "size"))
    var size: String?
    @Option(help: "Font family, or several: \"Times New Roman, serif\".") var font = "sans-serif"
    @Option(help: ArgumentHelp("Size of the letters: 9pt, 3mm, 12 (pixels).", valueName: "size")) var fontSize = "12"
    @Option(help: "Of a .png: dots per inch.") var dpi = 192

    private var ending: String {
        let name = output.lowercased()
        guard let dot = name.lastIndex(of: "."), output != "-" else { return "" }
        return String(name[name.index(after: dot)...])
    }

    func validate() throws {
        if ["jpg", "jpeg", "html", "json", "csv"].contains(ending) {
            throw ValidationError("a picture is written as .svg, .pdf or .png, not as .\(ending)")
        }
        if ending == "txt", kind != .tornado {
            throw ValidationError("a table is written of a tornado only: --kind tornado")
        }
        if !(24...2400).contains(dpi) { throw ValidationError("--dpi must lie in 24...2400, got \(dpi)") }
        _ = try style()
    }

    private func style() throws -> PictureStyle {
        guard let letters = PictureStyle.pixels(fontSize), (4...100).contains(letters) else {
            throw ValidationError("--font-size must be a length of 4 to 100 pixels, such as 9pt, got \(fontSize)")
        }
        var style = PictureStyle(title: title, font: font, fontSize: letters)
        guard let size else { return style }
        // "800px x 500px" has an x of its own.
        let parts = size.replacing("px", with: "").split(separator: "x", omittingEmptySubsequences: false).map {
            PictureStyle.pixels($0.filter { $0 != " " })
        }
        guard (1...2).contains(parts.count), let width = parts[0], parts.count == 1 || parts[1] != nil,
            parts.compactMap({ $0 }).allSatisfy({ $0 <= 20_000 })
        else {
            throw ValidationError("--size must be a width or width x height, such as 160mm or 800x500, got \(size)")
        }
        let least = letters * PictureStyle.leastWidthInLetters
        guard width >= least else {
            throw ValidationError(
                "--size: the width must be \(Int(least.rounded(.up))) pixels at least for letters of \(fontSize): "
                    + "--font-size makes them smaller")
        }
        style.width = width
        if parts.count == 2 { style.height = parts[1] }
        return style
    }

    func run() throws {
        let destination = try Destination(output)
        let text = try picture(style())
        switch ending {
        case "png", "pdf": try PictureDrawing.draw(text, as: ending, dpi: dpi, to: output)
        default: try destination.write(text)
        }
    }

    private func picture(_ style: PictureStyle) throws -> String {
        if results != "-", let file = FileHandle(forReadingAtPath: results),
            let start = try? file.read(upToCount: 15), String(decoding: start, as: UTF8.self) == "SQLite format 3"
        {
            do {
                let summary = try SweepSummary(SweepDatabase(reading: results), value: value)
                let drawing = try SweepDrawing(summary, self, style)
                return try ending == "txt" ? drawing.table() : drawing.svg()
            } catch let problem as SweepDatabase.Problem {
                throw Ending.say("\(results): \(problem.message)", Ending.badInput)
            }
        }
        if value != nil || kind != nil || x != nil || y != nil || by != nil {
            throw ValidationError("--value, --kind, --x, --y and --by go with a sweep's database")
        }
        let (name, data) = try ResultFile.contents(results)
        let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        guard ResultFile.hasUsualNumbers(object) else {
            throw Ending.say("\(name): holds a number that no result has", Ending.badInput)
        }
        let decoder = JSONDecoder()
        do {
            if object?["daily"] != nil {
                return SimulationPicture.svg(try decoder.decode(Simulation.self, from: data), style: style)
            }
            if object?["offers"] != nil {
                return OfferPicture.svg(try decoder.decode(MarketOffers.self, from: data), style: style)
            }
            if object?["streams"] != nil {
                return WorthPicture.svg(try decoder.decode(StreamWorth.self, from: data), style: style)
            }
        } catch { throw Ending.say("\(name): is not a whole result", Ending.badInput) }
        guard object?["steps"] != nil else {
            throw Ending.say(
                "\(name): is neither a sweep's database nor a result of schedule, simulate, offer or value",
                Ending.badInput)
        }
        let result = try ResultFile.decoded(data, named: name)
        let count = result.steps.count
        guard
            result.vehicles.allSatisfy({
                $0.chargeKW.count == count && $0.dischargeKW.count == count && $0.soc.count == count + 1
            }),
            result.site.importKW.count == count, result.site.exportKW.count == count
        else { throw Ending.say("\(name): its series are not as long as its steps", Ending.badInput) }
        return SchedulePicture.svg(result, style: style)
    }
}

/// A sweep's picture, by what the user asked for or what its axes allow.
private struct SweepDrawing {
    let summary: SweepSummary
    let wanted: PlotCommand
    let picture: SweepPicture

    init(_ summary: SweepSummary, _ wanted: PlotCommand, _ style: PictureStyle) throws {
        self.summary = summary
        self.wanted = wanted
        guard summary.count > 0 else {
            throw Ending.say("\(wanted.results): no run has a value of \(summary.value)", Ending.badInput)
        }
        picture = SweepPicture(
            name: summary.name, value: summary.value, unit: summary.unit, count: summary.count,
            isFromBase: summary.variesOneAtATime, style: style)
    }

    /// The axes with two levels or more, those of numbers first.
    private var varied: [String] {
        let levels = summary.axes.compactMap { name in summary.levels(name).map { (name, $0) } }
            .filter { $0.1.labels.count > 1 }
        return levels.filter { $0.1.numbers != nil }.map(\.0) + levels.filter { $0.1.numbers == nil }.map(\.0)
    }

    private func levels(_ name: String) throws -> SweepSummary.Levels {
        if let found = summary.levels(name) { return found }
        throw Ending.say(
            "\(wanted.results): has no axis \(name) (\(summary.axes.joined(separator: ", ")))", Ending.badInput)
    }

    func svg() throws -> String {
        let usual = summary.variesOneAtATime && wanted.x == nil && wanted.by == nil ? PlotCommand.Kind.tornado : nil
        let kind = wanted.kind ?? usual ?? (wanted.by != nil || varied.count < 2 ? .lines : .heatmap)
        guard let x = wanted.x ?? varied.first ?? summary.axes.first else {
            throw Ending.say("\(wanted.results): has no axis", Ending.badInput)
        }
        switch kind {
        case .heatmap:
            guard let y = wanted.y ?? varied.first(where: { $0 != x }) else {
                throw Ending.say("\(wanted.results): a heat map needs two axes", Ending.badInput)
            }
            let (columns, rows) = (try levels(x), try levels(y))
            return picture.heatMap(
                columns: columns.labels, rows: rows.labels, values: summary.means(columns, by: rows), columnTitle: x,
                rowTitle: y)
        case .lines:
            let along = try levels(x)
            guard let by = wanted.by else {
                return picture.lines(
                    axis: x, labels: along.labels, positions: along.numbers, series: [("", summary.means(along))])
            }
            let series = try levels(by)
            guard series.labels.count <= 8 else {
                throw Ending.say(
                    "\(wanted.results): \(by) has \(series.labels.count) values, more lines than can be told apart (8)",
                    Ending.badInput)
            }
            return picture.lines(
                axis: x, labels: along.labels, positions: along.numbers,
                series: zip(series.labels, summary.means(along, by: series)).map { ("\(by) \($0)", $1) })
        case .tornado:
            return picture.tornado(middle: try effects().middle, rows: try effects().rows)
        }
    }

    /// The tornado as text.
    func table() throws -> String { try SweepTornado.table(summary, of: wanted.results) }

    private func effects() throws -> (middle: Double, rows: [TornadoTable.Row]) {
        try SweepTornado.rows(summary, of: wanted.results)
    }
}

/// What each axis of a sweep moves, as the reports take it.
enum SweepTornado {
    /// - Throws: `Ending` where no axis has two values with results.
    static func rows(_ summary: SweepSummary, of path: String) throws -> (middle: Double, rows: [TornadoTable.Row]) {
        let (middle, effects) = summary.effects()
        guard !effects.isEmpty else {
            throw Ending.say("\(path): no axis has two values with results", Ending.badInput)
        }
        return (
            middle,
            effects.map {
                .init(name: $0.axis, lowLabel: $0.lowLabel, low: $0.low, highLabel: $0.highLabel, high: $0.high)
            }
        )
    }

    static func table(_ summary: SweepSummary, of path: String) throws -> String {
        let (middle, rows) = try rows(summary, of: path)
        let value = summary.value.replacing("_", with: " ")
        return TornadoTable.text(
            name: summary.name, value: summary.unit.isEmpty ? value : "\(value), \(summary.unit)", middle: middle,
            isFromBase: summary.variesOneAtATime, rows: rows)
    }
}

/// SVG to PNG or PDF by librsvg's program, or by a Python library, where there is one.
private enum PictureDrawing {
    private static let script = """
        import sys
        svg, path, kind, dpi = sys.stdin.read(), sys.argv[1], sys.argv[2], float(sys.argv[3])
        try:
            import vl_convert
            data = vl_convert.svg_to_pdf(svg) if kind == "pdf" else vl_convert.svg_to_png(svg, scale=dpi / 96)
        except ImportError:
            import cairosvg
            convert = cairosvg.svg2pdf if kind == "pdf" else cairosvg.svg2png
            data = convert(bytestring=svg.encode(), scale=1 if kind == "pdf" else dpi / 96)
        with open(path, "wb") as file:
            file.write(data)
        """

    static func draw(_ svg: String, as kind: String, dpi: Int, to path: String) throws {
        let part = path + ".part"
        let zoom = kind == "pdf" ? 1 : Double(dpi) / 96
        let python = ProcessInfo.processInfo.environment["V2X_PYTHON"] ?? "python3"
        // A picture of the same input is the same file: no time of drawing in it.
        let ways = [
            ["rsvg-convert", "--format", kind, "--zoom", "\(zoom)", "--output", part],
            [python, "-c", script, part, kind, "\(dpi)"],
        ]
        // A program that ends early closes the pipe: that is its exit code's to tell.
        signal(SIGPIPE, SIG_IGN)
        for way in ways where run(way, input: Data(svg.utf8)) {
            if rename(part, path) == 0 { return }
        }
        try? FileManager.default.removeItem(atPath: part)
        throw Ending.say(
            "\(path): \(kind.uppercased()) needs rsvg-convert (Debian's librsvg2-bin), or Python 3 with vl-convert-python or "
                + "cairosvg (pip install vl-convert-python); SVG needs nothing", Ending.notWritable)
    }

    private static func run(_ words: [String], input: Data) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(["SOURCE_DATE_EPOCH": "0"]) { given, _ in
            given
        }
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        try? pipe.fileHandleForWriting.write(contentsOf: input)
        try? pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
