/// A state of charge over time, evenly sampled, with the cell's temperature.
package struct SoCTrace: Sendable, Equatable {
    /// Between two samples, h.
    package var stepHours: Double
    /// At each sample, 0...1.
    package var soc: [Double]
    /// At each sample, degC.
    package var temperatureC: [Double]

    /// From samples.
    package init(stepHours: Double, soc: [Double], temperatureC: [Double]) {
        self.stepHours = stepHours
        self.soc = soc
        self.temperatureC = temperatureC
    }

    /// Samples at one temperature, degC.
    package init(stepHours: Double, soc: [Double], temperatureC: Double) {
        self.init(stepHours: stepHours, soc: soc, temperatureC: Array(repeating: temperatureC, count: soc.count))
    }

    /// From the first sample to the last, days.
    package var days: Double { Double(max(0, soc.count - 1)) * stepHours / 24 }
}
