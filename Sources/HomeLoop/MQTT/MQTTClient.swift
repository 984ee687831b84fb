import Foundation

/// A client of an MQTT 3.1.1 broker, over plain TCP. One thread's alone.
///
/// Written here: the Swift packages for MQTT stand on swift-nio, which takes minutes to build, and with TLS cannot be linked
/// into one static binary. A home's broker is on the home's network.
final class MQTTClient {
    /// Where the broker is, and who asks.
    struct Options: Sendable {
        var host: String
        var port: UInt16 = 1883
        var user: String?
        var password: String?
        var client: String
        /// Published by the broker when this client is lost.
        var will: MQTTMessage?
        var keepAliveSeconds: UInt16 = 30
    }

    private let connection: TCPConnection
    private let now: () -> Double
    private var keepAlive: KeepAlive
    private var buffer: [UInt8] = []

    /// Connects, and waits for the broker's yes.
    ///
    /// - Throws: `TCPConnection.Failure`, which says why in a sentence.
    init(_ options: Options, now: @escaping () -> Double = MQTTClient.uptime) throws {
        self.now = now
        keepAlive = KeepAlive(seconds: Double(options.keepAliveSeconds), now: now())
        connection = try TCPConnection(host: options.host, port: options.port, within: 10)
        let connect = MQTTPacket.Connect(
            client: options.client, keepAliveSeconds: options.keepAliveSeconds, will: options.will, user: options.user,
            password: options.password)
        do {
            try connection.send(MQTTPacket.connect(connect).bytes)
            guard case .connectAnswer(let code) = try packet(within: 10) else {
                throw TCPConnection.Failure(message: "the broker does not answer")
            }
            guard code == 0 else { throw TCPConnection.Failure(message: MQTTClient.refusal(code)) }
        } catch {
            connection.close()
            throw error
        }
    }

    func publish(_ message: MQTTMessage) throws { try send(.publish(message)) }

    /// Asks for messages; the broker's answer is waited for.
    func subscribe(_ topics: [String]) throws -> [MQTTMessage] {
        guard !topics.isEmpty else { return [] }
        try send(.subscribe(number: 1, topics: topics))
        var early: [MQTTMessage] = []
        while let packet = try packet(within: 10) {
            switch packet {
            case .subscribeAnswer(_, let codes):
                if let index = codes.firstIndex(of: 0x80), index < topics.count {
                    throw TCPConnection.Failure(message: "the broker refuses the topic \(topics[index])")
                }
                return early
            // What was retained may come before the answer.
            case .publish(let message): early.append(message)
            default: break
            }
        }
        throw TCPConnection.Failure(message: "the broker does not answer")
    }

    /// What arrives within so many seconds, at most; empty where nothing does. Pings when it is time.
    func messages(within seconds: Double) throws -> [MQTTMessage] {
        switch keepAlive.step(at: now()) {
        case .nothing: break
        case .ping: try connection.send(MQTTPacket.ping.bytes)
        case .lost: throw TCPConnection.Failure(message: "the broker does not answer")
        }
        var found: [MQTTMessage] = []
        var wait = seconds
        while let packet = try packet(within: wait) {
            keepAlive.answered()
            if case .publish(let message) = packet { found.append(message) }
            // The rest of what is here already.
            wait = 0
        }
        return found
    }

    /// Says good-bye, so that the broker does not publish the will.
    func close() {
        try? connection.send(MQTTPacket.disconnect.bytes)
        connection.close()
    }

    private func send(_ packet: MQTTPacket) throws {
        try connection.send(packet.bytes)
        keepAlive.sent(at: now())
    }

    private func packet(within seconds: Double) throws -> MQTTPacket? {
        let end = now() + seconds
        while true {
            do throws(MQTTPacket.Malformed) {
                if let packet = try MQTTPacket.take(from: &buffer) { return packet }
            } catch { throw TCPConnection.Failure(message: error.message) }
            guard let bytes = try connection.receive(within: max(0, end - now())) else { return nil }
            buffer += bytes
        }
    }

    static func uptime() -> Double { ProcessInfo.processInfo.systemUptime }

    private static func refusal(_ code: UInt8) -> String {
        switch code {
        case 1: "the broker does not speak MQTT 3.1.1"
        case 2: "the broker refuses the client's name"
        case 3: "the broker is not available"
        case 4: "the broker refuses user or password"
        case 5: "the broker does not let this user in"
        default: "the broker refuses the connection (\(code))"
        }
    }
}
