import Scenarios

/// The feeds that are built in.
enum FeedRegistry {
    static let all: [any Feed] =
        [CSVFeed(), EntsoeFeed(), OpenadrFeed()] + JSONSources.names.map { JSONFeed(name: $0.name, title: $0.title) }

    static func named(_ name: String) -> (any Feed)? { all.first { $0.name == name } }

    /// What a file is by its content; nil, and a problem, where it is nothing that is known.
    static func recognised(_ content: FeedContent, _ problems: FeedProblems) -> (any Feed)? {
        switch content.kind {
        case .table: return CSVFeed()
        case .xml: return EntsoeFeed()
        case .yaml, .json:
            let start = String(decoding: content.bytes.prefix(1 << 16), as: UTF8.self)
            if start.contains("\"payloads\"") || start.contains("\"payloadDescriptors\"") { return OpenadrFeed() }
            return JSONFeed(name: nil, title: "")
        }
    }

    /// Reads a file: by its content, or as the feed that is named.
    static func read(
        _ raw: [UInt8], as named: (any Feed)?, options: FeedOptions, problems: FeedProblems
    ) -> (feed: any Feed, table: FeedTable)? {
        guard let content = FeedContent(raw, problems), let feed = named ?? recognised(content, problems) else {
            return nil
        }
        guard var table = feed.read(content, options: options, problems: problems) else { return nil }
        let found = (feed as? JSONFeed).flatMap { _ in table.source }.flatMap { FeedRegistry.named($0) } ?? feed
        if feed is JSONFeed { table.source = nil }
        // Where there is nothing to choose, an option is a slip.
        for key in options.given.subtracting(options.used.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
            problems.add(
                "\(key.rawValue) is of no use here: this file (\(found.name)) has nothing for it to choose or to change"
            )
        }
        return problems.count == 0 ? (found, table) : nil
    }
}
