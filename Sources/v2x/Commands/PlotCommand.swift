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
        abstract: "A picture (SVG) of a result, a sweep, a simulation, offers or the worth of streams.",
        discussion: """
            RESULTS is recognised by its content: a sweep's database, or the JSON that schedule, simulate, offer and \
            value write. Of a sweep: a heat map (--x, --y), lines (--x, --by), or a tornado, each the mean over all other \
            axes. With an output that ends in .png the picture is drawn by Python's vl-convert-python or cairosvg, where \
            one of them is installed (V2X_PYTHON names another python3).
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case heatmap, lines, tornado }

    @Argument(help: "A sweep's SQLite file or a JSON result; - is standard input.", completion: .file())
    var results: String
    @Option(name: .shortAndLong, help: "Where to write it (.svg or .png); - is standard output.", completion: .file())
    var output = "-"
    @Option(help: "Of a sweep: heatmap, lines or tornado; by default what its axes allow.") var kind: Kind?
    @Option(help: "Of a sweep: the column that is shown.") var value = "objective"
    @Option(help: "Of a sweep: the horizontal axis.") var x: String?
    @Option(help: "Of a heat map: the vertical axis.") var y: String?
    @Option(help: "Of lines: the axis of which each value is a line.") var by: String?

    func validate() throws {
        let name = output.lowercased()
        guard let dot = name.lastIndex(of: "."), output != "-" else { return }
        let ending = name[name.index(after: dot)...]
        if ["pdf", "jpg", "jpeg", "html", "json", "csv", "txt"].contains(ending) {
            throw ValidationError("a picture is written as .svg or .png, not as .\(ending)")
        }
    }

    func run() throws {
        let destination = try Destination(output)
        let svg = try picture()
        guard output.lowercased().hasSuffix(".png") else {
            try destination.write(svg)
            return
        }
        try PNGDrawing.draw(svg, to: output)
    }

    private func picture() throws -> String {
        if results != "-", let file = FileHandle(forReadingAtPath: results),
            let start = try? file.read(upToCount: 15), String(decoding: start, as: UTF8.self) == "SQLite format 3"
        {
            do {
                return try SweepDrawing(SweepSummary(SweepDatabase(reading: results), value: value), self).svg()
            } catch let problem as SweepDatabase.Problem {
                throw Ending.say("\(results): \(problem.message)", Ending.badInput)
            }
        }
        if kind != nil || x != nil || y != nil || by != nil {
            throw ValidationError("--kind, --x, --y and --by go with a sweep's database")
        }
        let (name, data) = try ResultFile.contents(results)
        let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
        guard ResultFile.hasUsualNumbers(object) else {
            throw Ending.say("\(name): holds a number that no result has", Ending.badInput)
        }
        let decoder = JSONDecoder()
        do {
            if object?["daily"] != nil { return SimulationPicture.svg(try decoder.decode(Simulation.self, from: data)) }
            if object?["offers"] != nil { return OfferPicture.svg(try decoder.decode(MarketOffers.self, from: data)) }
            if object?["streams"] != nil { return WorthPicture.svg(try decoder.decode(StreamWorth.self, from: data)) }
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
        return SchedulePicture.svg(result)
    }
}

/// A sweep's picture, by what the user asked for or what its axes allow.
private struct SweepDrawing {
    let summary: SweepSummary
    let wanted: PlotCommand
    let picture: SweepPicture

    init(_ summary: SweepSummary, _ wanted: PlotCommand) throws {
        self.summary = summary
        self.wanted = wanted
        guard summary.count > 0 else {
            throw Ending.say("\(wanted.results): no run has a value of \(summary.value)", Ending.badInput)
        }
        let about = try SweepDatabase(reading: wanted.results).about()
        let isMoney = ["objective", "bound", "true_cost"].contains(summary.value) || summary.value.hasPrefix("cost_")
        let unit =
            isMoney
            ? about.currency : summary.value.hasSuffix("_kwh") ? "kWh" : summary.value.hasSuffix("_kw") ? "kW" : ""
        picture = SweepPicture(name: about.name, value: summary.value, unit: unit, count: summary.count)
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
        let kind = wanted.kind ?? (wanted.by != nil || varied.count < 2 ? .lines : .heatmap)
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
            let bars = try varied.compactMap {
                name -> (name: String, lowLabel: String, low: Double, highLabel: String, high: Double)? in
                let found = try levels(name)
                let means = summary.means(found)
                if found.numbers != nil {
                    guard let low = means.first ?? nil, let high = means.last ?? nil else { return nil }
                    return (name, found.labels[0], low, found.labels[found.labels.count - 1], high)
                }
                // Of names, those with the least and the greatest mean.
                let known = zip(found.labels, means).compactMap { label, mean in mean.map { (label, $0) } }
                guard let low = known.min(by: { $0.1 < $1.1 }), let high = known.max(by: { $0.1 < $1.1 }) else {
                    return nil
                }
                return (name, low.0, low.1, high.0, high.1)
            }
            return picture.tornado(middle: summary.mean, bars: bars)
        }
    }
}

/// SVG to PNG by a Python library, where there is one.
private enum PNGDrawing {
    private static let script = """
        import sys
        svg = sys.stdin.read()
        try:
            import vl_convert
            png = vl_convert.svg_to_png(svg, scale=2)
        except ImportError:
            import cairosvg
            png = cairosvg.svg2png(bytestring=svg.encode(), scale=2)
        with open(sys.argv[1], "wb") as file:
            file.write(png)
        """

    static func draw(_ svg: String, to path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            ProcessInfo.processInfo.environment["V2X_PYTHON"] ?? "python3", "-c", script, path + ".part",
        ]
        let input = Pipe()
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        func refuse() -> ExitCode {
            try? FileManager.default.removeItem(atPath: path + ".part")
            return Ending.say(
                "\(path): PNG needs Python 3 with vl-convert-python or cairosvg (pip install vl-convert-python); "
                    + "SVG needs nothing", Ending.notWritable)
        }
        do { try process.run() } catch { throw refuse() }
        // A Python that ends early closes the pipe: that is its exit code's to tell.
        signal(SIGPIPE, SIG_IGN)
        try? input.fileHandleForWriting.write(contentsOf: Data(svg.utf8))
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        guard process.terminationStatus == 0, rename(path + ".part", path) == 0 else { throw refuse() }
    }
}
