/// A message on a topic.
public struct MQTTMessage: Sendable, Equatable {
    public var topic: String
    public var payload: [UInt8]
    /// Whether the broker keeps it for those who subscribe later.
    public var isRetained: Bool

    /// A text.
    public init(_ topic: String, _ text: String, isRetained: Bool = true) {
        (self.topic, payload, self.isRetained) = (topic, Array(text.utf8), isRetained)
    }

    init(topic: String, payload: [UInt8], isRetained: Bool) {
        (self.topic, self.payload, self.isRetained) = (topic, payload, isRetained)
    }

    /// Its payload, where it is UTF-8.
    public var text: String? { String(validating: payload, as: UTF8.self) }
}

/// A packet of MQTT 3.1.1 (OASIS standard, 29 October 2014): those that a client needs that sends and asks for quality 0.
///
/// Quality 0 is enough: what is published is retained, and published again after each connection.
enum MQTTPacket: Equatable {
    case connect(Connect)
    /// 0: accepted.
    case connectAnswer(code: UInt8)
    case publish(MQTTMessage)
    case subscribe(number: UInt16, topics: [String])
    /// One code a topic; 0x80: refused.
    case subscribeAnswer(number: UInt16, codes: [UInt8])
    case ping, pingAnswer, disconnect

    struct Connect: Equatable {
        var client: String
        var keepAliveSeconds: UInt16
        var will: MQTTMessage?
        var user: String?
        var password: String?
    }

    /// Why bytes are no packet.
    struct Malformed: Error, Equatable { var message: String }

    /// More bytes in a packet are refused: no state and no plan is that long.
    static let maxBytes = 1 << 20

    var bytes: [UInt8] {
        switch self {
        case .connect(let connect):
            var flags: UInt8 = 0b10
            var payload = MQTTPacket.text(connect.client)
            if let will = connect.will {
                flags |= 0b100 | (will.isRetained ? 0b10_0000 : 0)
                payload += MQTTPacket.text(will.topic) + MQTTPacket.counted(will.payload)
            }
            if let user = connect.user {
                flags |= 0b1000_0000
                payload += MQTTPacket.text(user)
                // A password goes with a user alone.
                if let password = connect.password {
                    flags |= 0b100_0000
                    payload += MQTTPacket.text(password)
                }
            }
            return MQTTPacket.packet(
                0x10, MQTTPacket.text("MQTT") + [4, flags] + MQTTPacket.number(connect.keepAliveSeconds) + payload)
        case .connectAnswer(let code): return MQTTPacket.packet(0x20, [0, code])
        case .publish(let message):
            return MQTTPacket.packet(
                0x30 | (message.isRetained ? 1 : 0), MQTTPacket.text(message.topic) + message.payload)
        case .subscribe(let number, let topics):
            return MQTTPacket.packet(
                0x82, MQTTPacket.number(number) + topics.flatMap { MQTTPacket.text($0) + [0] })
        case .subscribeAnswer(let number, let codes): return MQTTPacket.packet(0x90, MQTTPacket.number(number) + codes)
        case .ping: return [0xC0, 0]
        case .pingAnswer: return [0xD0, 0]
        case .disconnect: return [0xE0, 0]
        }
    }

    /// Takes the first packet from `buffer`; nil where it is not whole yet.
    ///
    /// - Throws: `Malformed` where the bytes are no packet that a broker sends to this client.
    static func take(from buffer: inout [UInt8]) throws(Malformed) -> MQTTPacket? {
        guard let first = buffer.first else { return nil }
        var (length, shift, index) = (0, 0, 1)
        while true {
            guard index < buffer.count else { return nil }
            let byte = buffer[index]
            length |= Int(byte & 0x7F) << shift
            index += 1
            shift += 7
            if byte & 0x80 == 0 { break }
            guard index <= 4 else { throw Malformed(message: "a length has more than four bytes") }
        }
        guard length <= maxBytes else { throw Malformed(message: "a packet has more than \(maxBytes) bytes") }
        guard buffer.count >= index + length else { return nil }
        let body = Array(buffer[index..<index + length])
        buffer.removeFirst(index + length)
        return try packet(first, body)
    }

    private static func packet(_ first: UInt8, _ body: [UInt8]) throws(Malformed) -> MQTTPacket {
        switch first & 0xF0 {
        case 0x20 where body.count == 2: return .connectAnswer(code: body[1])
        case 0x30:
            guard first & 0b110 == 0 else {
                throw Malformed(message: "a message of another quality than was asked for")
            }
            guard body.count >= 2 else { break }
            let end = 2 + Int(body[0]) << 8 + Int(body[1])
            guard body.count >= end, let topic = String(validating: body[2..<end], as: UTF8.self) else { break }
            return .publish(
                MQTTMessage(topic: topic, payload: Array(body[end...]), isRetained: first & 1 == 1))
        case 0x90 where body.count >= 3:
            return .subscribeAnswer(number: UInt16(body[0]) << 8 | UInt16(body[1]), codes: Array(body[2...]))
        case 0xD0 where body.isEmpty: return .pingAnswer
        default: break
        }
        throw Malformed(message: "a packet of kind \(first >> 4) is wrong")
    }

    private static func packet(_ first: UInt8, _ body: [UInt8]) -> [UInt8] {
        var length = body.count
        var out = [first]
        repeat {
            let more = length >> 7
            out.append(UInt8(length & 0x7F) | (more > 0 ? 0x80 : 0))
            length = more
        } while length > 0
        return out + body
    }

    private static func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }
    private static func text(_ text: String) -> [UInt8] { counted(Array(text.utf8)) }
    /// At most 65,535 bytes: topics and payloads of wills are made here, and short.
    private static func counted(_ bytes: [UInt8]) -> [UInt8] {
        number(UInt16(clamping: bytes.count)) + bytes.prefix(Int(UInt16.max))
    }
}
