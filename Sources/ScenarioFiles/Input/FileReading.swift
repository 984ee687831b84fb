import Scenarios

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads whole files, with a sentence for every way in which that fails.
///
/// By `open` and `read`, so that pipes (`v2x check <(...)`) are read too, and devices that never end are not.
enum FileReading {
    /// Larger inputs are refused unread: no scenario is that long, and a slip of the hand should not fill the memory.
    static let maxScenarioBytes = 64 << 20
    static let maxTableBytes = 256 << 20
    private static let maxDeviceBytes = 4 << 20

    enum Failure: Error {
        /// There is no such file, or it cannot be read.
        case notReadable(String)
        /// It was read, or could be, and is not what it should be.
        case notUsable(String)
    }

    /// The bytes of the file at `path`.
    static func bytes(_ path: String, upTo limit: Int) throws(Failure) -> [UInt8] {
        if let given = FileAccess.current.given(path) { return given }
        if let words = FileAccess.current.refusal(of: path) { throw .notReadable(words) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notReadable(words(errno)) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw .notReadable(words(errno)) }
        let size = Int(information.st_size)
        switch information.st_mode & S_IFMT {
        case S_IFDIR: throw .notReadable("is a directory, not a file")
        case S_IFREG where size > limit:
            throw .notUsable("is larger than \(limit >> 20) MB (\(size >> 20) MB)")
        // A device has no end to wait for.
        case S_IFCHR: return try bytes(from: descriptor, expected: 0, upTo: min(limit, maxDeviceBytes))
        default: return try bytes(from: descriptor, expected: size, upTo: limit)
        }
    }

    /// The bytes of standard input.
    static func standardInput(upTo limit: Int) throws(Failure) -> [UInt8] {
        if let words = FileAccess.current.refusal(of: "/dev/stdin") { throw .notReadable(words) }
        return try bytes(from: STDIN_FILENO, expected: 0, upTo: limit)
    }

    private static func bytes(from descriptor: Int32, expected: Int, upTo limit: Int) throws(Failure) -> [UInt8] {
        var result: [UInt8] = []
        // One more than expected, so that the file's end is seen without another round.
        var room = max(expected + 1, 1 << 16)
        while true {
            var problem: Int32 = 0
            let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                var got = read(descriptor, buffer.baseAddress, buffer.count)
                while got < 0, errno == EINTR { got = read(descriptor, buffer.baseAddress, buffer.count) }
                if got < 0 { problem = errno }
                count = max(0, got)
            }
            if problem != 0 { throw .notReadable(words(problem)) }
            if part.isEmpty { return result }
            if result.isEmpty { result = part } else { result += part }
            if result.count > limit { throw .notUsable("is larger than \(limit >> 20) MB") }
            room = 1 << 16
        }
    }

    private static func words(_ code: Int32) -> String {
        switch code {
        case ENOENT, ENOTDIR: "no such file"
        case EACCES, EPERM: "may not be read (permission denied)"
        case EISDIR: "is a directory, not a file"
        default: "cannot be read (\(String(cString: strerror(code))))"
        }
    }
}
