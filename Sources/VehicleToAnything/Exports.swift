// Whoever imports this module has the types of its questions and answers too.
@_exported import Accounting
@_exported import struct BlockAngular.DecompositionProgress
@_exported import struct LinearPrograms.SolveLimits
@_exported import ScenarioFiles
@_exported import Scenarios
@_exported import Scheduling
@_exported import Sensitivity
@_exported import Simulations
@_exported import Verification
