import CYaml
import Scenarios

/// What a YAML text may be, looked at event by event before any tree is made of it: depth, size, and what its aliases make of
/// it.
///
/// An alias repeats what its anchor names. A text of a kilobyte can stand for a billion values, be nested a million deep, or
/// have a key that takes a minute to compare; whoever walks the tree then, pays for all of it.
enum YAMLGate {
    /// Lists and maps inside each other, aliases followed.
    static let maxDepth = 100
    /// Keys and values, aliases followed: a year of quarter hours in fifty series.
    static let maxNodes = 2_000_000

    /// What is wrong with `bytes`, and where (both 1-based); nil where nothing is, or where they are no YAML (the parser says
    /// that better).
    static func problem(_ bytes: ArraySlice<UInt8>) -> (line: Int, column: Int, words: String)? {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { return nil }
        defer { yaml_parser_delete(&parser) }
        return bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            var walk = Walk()
            while true {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
                defer { yaml_event_delete(&event) }
                if event.type == YAML_STREAM_END_EVENT { return nil }
                if let words = walk.take(event) {
                    return (Int(event.start_mark.line) + 1, Int(event.start_mark.column) + 1, words)
                }
            }
        }
    }

    /// A node's size and depth, aliases followed.
    private struct Extent {
        var nodes = 1
        var depth = 0
        var isScalar = true
    }

    private struct Walk {
        /// A list or map that is not closed yet.
        private struct Frame {
            var extent = Extent(nodes: 1, depth: 1, isScalar: false)
            var anchor: String?
            var isMap: Bool
            var isAtKey: Bool
        }
        private var open: [Frame] = []
        private var anchors: [String: Extent] = [:]

        /// Takes an event; what is wrong with it, or nil.
        mutating func take(_ event: yaml_event_t) -> String? {
            switch event.type {
            case YAML_SCALAR_EVENT: return close(Extent(), anchor: name(event.data.scalar.anchor))
            case YAML_ALIAS_EVENT:
                // One that is not closed yet is part of itself: the parser refuses it.
                return close(anchors[name(event.data.alias.anchor) ?? ""] ?? Extent(), anchor: nil)
            case YAML_SEQUENCE_START_EVENT:
                open.append(Frame(anchor: name(event.data.sequence_start.anchor), isMap: false, isAtKey: false))
            case YAML_MAPPING_START_EVENT:
                open.append(Frame(anchor: name(event.data.mapping_start.anchor), isMap: true, isAtKey: true))
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
                if let frame = open.popLast() { return close(frame.extent, anchor: frame.anchor) }
            default: break
            }
            return open.count > YAMLGate.maxDepth ? "is nested more than \(YAMLGate.maxDepth) deep" : nil
        }

        private func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
            anchor.map { String(cString: $0) }
        }

        /// A node is whole: it counts in what holds it.
        private mutating func close(_ extent: Extent, anchor: String?) -> String? {
            if let anchor { anchors[anchor] = extent }
            guard !open.isEmpty else { return nil }
            let last = open.count - 1
            if open[last].isMap {
                if open[last].isAtKey, !extent.isScalar { return "has a list or a map as a key" }
                open[last].isAtKey.toggle()
            }
            open[last].extent.nodes += extent.nodes
            open[last].extent.depth = max(open[last].extent.depth, extent.depth + 1)
            if open[last].extent.nodes > YAMLGate.maxNodes {
                return "holds more than \(YAMLGate.maxNodes) values, aliases followed"
            }
            return open[last].extent.depth > YAMLGate.maxDepth
                ? "is nested more than \(YAMLGate.maxDepth) deep, aliases followed" : nil
        }
    }
}
