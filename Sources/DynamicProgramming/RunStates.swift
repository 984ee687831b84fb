/// The states of a store's runs: at rest (0), or in a mode for a number of stages, `leastRun` standing for that many or more.
struct RunStates {
    let modes: Int
    let leastRun: Int

    var count: Int { 1 + modes * leastRun }

    /// The mode of a state; nil at rest.
    func mode(_ state: Int) -> Int? { state == 0 ? nil : (state - 1) / leastRun }

    /// Stages that the run of a state has lasted; 0 at rest.
    private func age(_ state: Int) -> Int { state == 0 ? 0 : (state - 1) % leastRun + 1 }

    /// Whether the run of a state may end with it.
    func hasEnded(_ state: Int) -> Bool { state == 0 || age(state) == leastRun }

    /// The states from which a state is reached in one stage.
    ///
    /// - Parameter endsRuns: whether no run goes on into the stage.
    func sources(of state: Int, endsRuns: Bool) -> [(state: Int, isStart: Bool)] {
        let ended = (0..<count).filter { hasEnded($0) }
        guard state > 0 else { return ended.map { ($0, false) } }
        var sources: [(state: Int, isStart: Bool)] = []
        if age(state) == 1 {
            sources += ended.filter { endsRuns || $0 == 0 || mode($0) != mode(state) }.map { ($0, true) }
        }
        guard !endsRuns else { return sources }
        if age(state) > 1 { sources.append((state - 1, false)) }
        if age(state) == leastRun { sources.append((state, false)) }
        return sources
    }
}
