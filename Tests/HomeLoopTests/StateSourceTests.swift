import Testing

@testable import HomeLoop

@Suite struct StateSourceTests {
    private func values(_ source: String, _ text: String) throws -> [String: StateValue] {
        try #require(StateSource(source)).values(in: text)
    }

    @Test(arguments: [
        ("ev1=soc.txt", "43"), ("ev1=soc.txt", " 43 %\n"), ("ev1=a.json#state", #"{ "state": "43.0" }"#),
        ("ev1=http://hub:8123/api/x=y#loadpoints.1.soc", #"{ "loadpoints": [{}, { "soc": 43 }] }"#),
        ("ev1=mqtt:car/soc", "43.0"), ("all.json", #"{ "ev1": 43 }"#),
    ])
    func aChargeIsReadInPercent(source: String, text: String) throws {
        #expect(try values(source, text) == ["ev1": .stateOfCharge(0.43)])
    }

    @Test func theOnlyVehicleNeedsNoName() throws {
        #expect(try values("soc.txt", "50") == ["0": .stateOfCharge(0.5)])
    }

    @Test func keysOfTheScenarioTakeWhatStandsThere() throws {
        let text = #"{ "vehicles[0].plugged[0].departure_soc": 0.9, "tariff.import": { "values": [1, 2] } }"#
        #expect(
            try values("state.json", text) == [
                "vehicles[0].plugged[0].departure_soc": .text("0.9"), "tariff.import": .text(#"{"values":[1,2]}"#),
            ])
    }

    /// A hub that restarts would empty the battery in the plan.
    @Test(arguments: ["unknown", "unavailable", "null", "", #""unavailable""#])
    func whatIsNotKnownIsLeftOut(text: String) throws {
        #expect(try values("ev1=soc.txt", text).isEmpty)
    }

    @Test(arguments: [("ev1=a", "101"), ("ev1=a", "-1"), ("ev1=a", "full"), ("ev1=a", "[1]"), ("ev1=a#b", "{}")])
    func whatIsNoChargeIsRefused(source: String, text: String) {
        #expect(throws: StateSource.Problem.self) { try values(source, text) }
    }

    @Test(arguments: [
        "", "=x", "ev1=", "ev1=mqtt:", "ev1=mqtt:a/#", "ev1=mqtt:a/+/b", "ev1=https://x/y", "ev1=ftp://x",
    ])
    func whatIsNoPlaceIsRefused(text: String) { #expect(StateSource(text) == nil) }

    @Test func addressesAreTakenApart() throws {
        let request = try #require(HTTPRequest("http://hub:8123/api?x=1"))
        #expect((request.host, request.port, request.path) == ("hub", 8123, "/api?x=1"))
        #expect(HTTPRequest("http://hub")?.path == "/")
        #expect(HTTPRequest("http://hub:x/") == nil)
        #expect(HTTPRequest("http:///x") == nil)
    }

    /// A state that ends in the middle would be read as another one.
    @Test func answersAreReadWhole() throws {
        func body(_ text: String, isWhole: Bool = false) throws -> String? {
            try HTTPRequest.body(of: Array(text.utf8), isWhole: isWhole).map { String(decoding: $0, as: UTF8.self) }
        }
        let head = "HTTP/1.1 200 OK\r\n"
        #expect(try body(head + "Content-Length: 4\r\n\r\n43") == nil)
        #expect(try body(head + "Content-Length: 2\r\n\r\n43") == "43")
        #expect(try body(head + "Transfer-Encoding: chunked\r\n\r\n1\r\n4\r\n1\r\n3\r\n0\r\n\r\n") == "43")
        #expect(try body(head + "Transfer-Encoding: chunked\r\n\r\n1\r\n4\r\n1\r\n") == nil)
        #expect(try body(head + "\r\n43") == nil)
        #expect(try body(head + "\r\n43", isWhole: true) == "43")
        #expect(throws: TCPConnection.Failure.self) { try body("HTTP/1.1 401 Unauthorized\r\n\r\n") }
        #expect(throws: TCPConnection.Failure.self) { try body("nothing of HTTP\r\n\r\n") }
    }
}
