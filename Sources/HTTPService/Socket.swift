import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A TCP socket. It is closed with `close()`, once.
struct Socket: Sendable {
    let descriptor: Int32

    /// Why a socket is of no use.
    struct Failure: Error {
        var message: String
        /// Of the last call that failed.
        static var last: Failure { Failure(message: String(cString: strerror(errno))) }
    }

    /// Listens on an IPv4 address; port 0 is one that is free.
    static func listening(host: String, port: UInt16) throws(Failure) -> (socket: Socket, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw Failure(message: "\(host) is not an IPv4 address")
        }
        #if canImport(Darwin)
            let kind = SOCK_STREAM
        #else
            let kind = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw .last }
        let made = Socket(descriptor: descriptor)
        made.set(SOL_SOCKET, SO_REUSEADDR, 1)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else {
            let failure = Failure.last
            made.close()
            throw failure
        }
        return (made, UInt16(bigEndian: address.sin_port))
    }

    /// The next caller; nil where none came within `milliseconds`.
    func accepted(within milliseconds: Int32) -> Socket? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) > 0 else { return nil }
        let caller = accept(descriptor, nil, nil)
        guard caller >= 0 else {
            // Out of descriptors: those who are served give theirs back.
            if errno == EMFILE || errno == ENFILE { usleep(50_000) }
            return nil
        }
        let socket = Socket(descriptor: caller)
        _ = fcntl(caller, F_SETFD, FD_CLOEXEC)
        socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        #if canImport(Darwin)
            socket.set(SOL_SOCKET, SO_NOSIGPIPE, 1)
        #endif
        return socket
    }

    /// Some bytes; empty at the end, and nil where none came in time.
    func read(most: Int, within seconds: Double) -> [UInt8]? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, Int32(max(0, min(seconds, 1e5)) * 1000)) > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
    }

    /// Whether all bytes were taken, the next ones each time within `seconds`.
    @discardableResult
    func write(_ bytes: Data, within seconds: Double = 15) -> Bool {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        return bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&wanted, 1, Int32(seconds * 1000)) > 0, let start = buffer.baseAddress else { return false }
                let count = send(descriptor, start + sent, min(buffer.count - sent, 1 << 16), flags)
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }

    /// Nothing more is read: a thread that waits for bytes goes on.
    func endReading() { shutdown(descriptor, Int32(SHUT_RD)) }
    /// Nothing more is written.
    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        #if canImport(Darwin)
            Darwin.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Glibc.close(descriptor)
        #endif
    }

    private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
