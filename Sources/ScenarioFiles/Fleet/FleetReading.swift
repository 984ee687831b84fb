import Scenarios
import Yams

/// A fleet while it is being read: `defaults` is read as a vehicle once for each row of the fleet's file, whose cells take
/// the place of its keys. What no column touches is read once, and its arrays are one array for all vehicles.
final class FleetReading {
    /// The row's cells, by the path of the key whose place they take.
    var cells: [String: InputValue] = [:]
    /// Where the row stands, for what is missing in it.
    var row: InputValue?
    /// Paths that some column changes, and those above them.
    private let touched: Set<String>
    private var kept: [String: AnyObject] = [:]

    private final class Kept<Value> {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    /// - Parameter paths: of the keys that columns stand for.
    init(paths: some Sequence<String>) {
        var touched: Set<String> = []
        for path in paths {
            var path = path[...]
            touched.insert(String(path))
            while let dot = path.lastIndex(of: ".") {
                path = path[..<dot]
                touched.insert(String(path))
            }
        }
        self.touched = touched
    }

    func once<Value>(_ path: String, _ read: () -> Value) -> Value {
        guard !touched.contains(path) else { return read() }
        if let kept = kept[path] as? Kept<Value> { return kept.value }
        let value = read()
        kept[path] = Kept(value)
        return value
    }
}

extension InputValue {
    /// What `read` makes of this: once for a whole fleet where the fleet's file has no column of it.
    func shared<Value>(_ read: (InputValue) -> Value) -> Value {
        guard let fleet = context.fleet else { return read(self) }
        return fleet.once(path) { read(self) }
    }

    /// The whole of the file that is named here; nil, and a finding, where it cannot be read.
    func tableBytes() -> (name: String, bytes: [UInt8])? {
        guard let name = text() else { return nil }
        let path = name.hasPrefix("/") || context.directory.isEmpty ? name : context.directory + "/" + name
        do {
            let bytes = try FileReading.bytes(path, upTo: FileReading.maxTableBytes)
            if context.shared != nil {
                var digest = Digest()
                digest.add(bytes)
                context.digests[path] = digest.value
            }
            return (name, bytes)
        } catch {
            switch error {
            case .notReadable(let why), .notUsable(let why): self.error("\(name): \(why)")
            }
            return nil
        }
    }
}
