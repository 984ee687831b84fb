/// When a client pings, and when it gives a broker up: a pure reckoning, in seconds of any clock that only goes forward.
struct KeepAlive: Equatable {
    enum Step: Equatable { case nothing, ping, lost }

    /// The broker closes a connection that is silent for one and a half times as long.
    let seconds: Double
    private var lastSent: Double
    private var pingedAt: Double?

    init(seconds: Double, now: Double) { (self.seconds, lastSent) = (seconds, now) }

    mutating func sent(at now: Double) { lastSent = now }
    mutating func answered() { pingedAt = nil }

    /// What is due; a ping that is due counts as sent.
    mutating func step(at now: Double) -> Step {
        if let pinged = pingedAt { return now - pinged >= seconds ? .lost : .nothing }
        guard now - lastSent >= seconds else { return .nothing }
        (pingedAt, lastSent) = (now, now)
        return .ping
    }
}
