import Testing

@testable import HomeLoop

/// Bytes by the standard (MQTT 3.1.1, sections 2.2.3, 3.1, 3.3, 3.8), worked out by hand.
@Suite struct MQTTPacketTests {
    @Test func connectHasFlagsWillUserAndPassword() {
        let connect = MQTTPacket.Connect(
            client: "c", keepAliveSeconds: 30, will: MQTTMessage("w", "off"), user: "u", password: "p")
        #expect(
            MQTTPacket.connect(connect).bytes == [
                0x10, 27, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 0b1110_0110, 0, 30,
                0, 1, 0x63, 0, 1, 0x77, 0, 3, 0x6F, 0x66, 0x66, 0, 1, 0x75, 0, 1, 0x70,
            ])
    }

    @Test func messagesAreReadAsTheyAreWritten() throws {
        let message = MQTTMessage("a/b", String(repeating: "x", count: 200), isRetained: true)
        var bytes = MQTTPacket.publish(message).bytes
        // 205 = 0x4D + 128, then 1.
        #expect(bytes.prefix(5) == [0x31, 0xCD, 1, 0, 3])
        #expect(try MQTTPacket.take(from: &bytes) == .publish(message))
        #expect(bytes.isEmpty)
    }

    @Test func subscriptionsAskForQualityZero() {
        #expect(
            MQTTPacket.subscribe(number: 1, topics: ["a", "b"]).bytes
                == [0x82, 10, 0, 1, 0, 1, 0x61, 0, 0, 1, 0x62, 0])
    }

    /// A packet comes in pieces, and two come at once.
    @Test func aPacketWaitsUntilItIsWhole() throws {
        let all = MQTTPacket.publish(MQTTMessage("t", "one", isRetained: false)).bytes + [0xD0, 0]
        for cut in 0..<all.count - 2 {
            var buffer = Array(all[..<cut])
            #expect(try MQTTPacket.take(from: &buffer) == nil)
            buffer += all[cut...]
            #expect(try MQTTPacket.take(from: &buffer) == .publish(MQTTMessage("t", "one", isRetained: false)))
            #expect(try MQTTPacket.take(from: &buffer) == .pingAnswer)
            #expect(buffer.isEmpty)
        }
    }

    /// A broken or hostile broker would crash the program, or fill its memory.
    @Test(
        arguments: [
            [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0x30, 0xFF, 0xFF, 0xFF, 0x7F], [0x30, 1, 0], [0x30, 4, 0, 9, 1, 1],
            [0x32, 5, 0, 1, 0x61, 0, 1], [0x20, 1, 0], [0xF0, 0], [0x30, 4, 0, 2, 0xC3, 0x28],
        ] as [[UInt8]])
    func whatIsNoPacketIsRefused(bytes: [UInt8]) {
        var buffer = bytes
        #expect(throws: MQTTPacket.Malformed.self) { try MQTTPacket.take(from: &buffer) }
    }
}
