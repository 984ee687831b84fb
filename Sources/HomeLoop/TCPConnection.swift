import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A connection to a host by name or number. It is closed with `close()`, once.
struct TCPConnection {
    private let descriptor: Int32

    /// Why a connection is of no use.
    struct Failure: Error, Equatable {
        var message: String
        static var last: Failure { Failure(message: String(cString: strerror(errno))) }
    }

    /// Connects within so many seconds, to the first address that takes it.
    init(host: String, port: UInt16, within seconds: Double) throws(Failure) {
        var hints = addrinfo()
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let first = found else {
            throw Failure(message: "\(host) is not known")
        }
        defer { freeaddrinfo(first) }
        var failure = Failure(message: "\(host) has no address")
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let address = next {
            switch TCPConnection.connected(address.pointee, within: seconds) {
            case .success(let descriptor):
                self.descriptor = descriptor
                return
            case .failure(let problem): failure = Failure(message: "\(host):\(port): \(problem.message)")
            }
            next = address.pointee.ai_next
        }
        throw failure
    }

    private static func connected(_ address: addrinfo, within seconds: Double) -> Result<Int32, Failure> {
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return .failure(.last) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        #if canImport(Darwin)
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
        func failed(_ failure: Failure) -> Result<Int32, Failure> {
            _ = closeDescriptor(descriptor)
            return .failure(failure)
        }
        if connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { return failed(.last) }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&wanted, 1, Int32(seconds * 1000)) > 0 else { return failed(Failure(message: "no answer")) }
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            guard code == 0 else { return failed(Failure(message: String(cString: strerror(code)))) }
        }
        return .success(descriptor)
    }

    /// Sends all bytes.
    func send(_ bytes: [UInt8], within seconds: Double = 10) throws(Failure) {
        #if canImport(Darwin)
            let flags: Int32 = 0
            let send = Darwin.send
        #else
            let flags = Int32(MSG_NOSIGNAL)
            #if canImport(Musl)
                let send = Musl.send
            #else
                let send = Glibc.send
            #endif
        #endif
        var sent = 0
        while sent < bytes.count {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&wanted, 1, Int32(seconds * 1000)) > 0 else { throw Failure(message: "no answer") }
            let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .last }
            sent += count
        }
    }

    /// Some bytes; nil where none came in time.
    ///
    /// - Throws: where the other side has closed the connection, or it broke.
    func receive(within seconds: Double) throws(Failure) -> [UInt8]? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, Int32(max(0, min(seconds, 1e5)) * 1000)) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EINTR || errno == EAGAIN { return nil }
        guard count >= 0 else { throw .last }
        guard count > 0 else { throw Failure(message: "the connection was closed") }
        return Array(buffer[..<count])
    }

    func close() { _ = TCPConnection.closeDescriptor(descriptor) }

    private static func closeDescriptor(_ descriptor: Int32) -> Int32 {
        #if canImport(Darwin)
            Darwin.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Glibc.close(descriptor)
        #endif
    }
}
