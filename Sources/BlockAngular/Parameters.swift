/// Every numeric constant of this module, by the part that uses it, with its reason.
///
/// They are in the units of the program that is solved, whatever its columns mean. "Relative" is relative to a quantity's own
/// size, or to 1 where that is larger.
enum Parameters {
    /// Which method solves a program.
    enum Choice {
        /// Blocks from which decomposition is faster than the simplex method, where disjunctions do not matter (measured).
        static let minBlocks = 4
        /// Blocks from which it is worth having for disjunctions too: fewer are proven by branch and bound.
        static let minBlocksWithDisjunctions = 12
        /// Rows from which the interior-point method on the program as one chain is faster than the simplex method (measured).
        static let minChainRows = 8_000
        /// Fewer blocks are solved together as quickly (measured), and blockwise step lengths would depend on few of them.
        static let minBlockwiseBlocks = 400
        /// The blockwise method keeps one Schur complement per lane: more linking rows than this take more time than the blocks.
        static let maxBlockwiseLinkingRows = 1_500
        /// Fewer linking rows are dealt with as fast without being taken apart into nested ones.
        static let minNestedRows = 300
        /// The interior-point method needs some 250 bytes per column: two gigabytes.
        static let maxInteriorColumns = 8_000_000
        /// Rows of one block for its multifrontal factor: its time grows faster than the rows.
        static let maxInteriorRowsOfBlock = 6_000
        /// Below this number of columns, handing work to threads costs more than it saves.
        static let minColumnsForThreads = 10_000
        /// Share of the time left that the direct solver gets before decomposition, where every block is a store: its search
        /// nearly always ends.
        static let directTimeShareOfStores = 0.9
        /// The same for other blocks.
        static let directTimeShare = 0.5
        /// Share of the time left for the relaxation of integers, before they are rounded.
        static let relaxationTimeShare = 0.5
        /// Seconds that stand for no limit.
        static let unlimitedSeconds = 1e6
        /// An integer this little below the next one is rounded to it.
        static let integrality = 1e-6
        /// Sums of violations that differ by less are the same.
        static let violationTolerance = 1e-6
    }

    /// When a solution counts as proven, and how disjunctions are made to hold.
    enum Proof {
        /// Relative gap below which objective and bound differ by rounding alone.
        static let minGap = 1e-9
        /// Relative gap of the choice among optima: what it leaves is far below what anybody reads.
        static let tieBreakerGap = 1e-6
        /// A dual that pulls towards a bound that is not there proves nothing, unless it is this small: rounding.
        static let unboundedDual = 1e-9
        /// The same for a dual of a linking row with one open side, which comes from outside this module's methods.
        static let openRowDual = 1e-7
        /// Residuals below this make a point good enough to be shown as the best so far.
        static let reportedResidual = 1e-6
        /// Rounds of holding all decisions and letting blocks make new ones.
        static let maxPolishes = 4
        /// A round of polishing that closes less than this share of the gap is the last.
        static let polishShare = 1e-3
        /// In place of a gap of zero in that share.
        static let minPolishGap = 1e-12
        /// Curves of no block are parted into at most so many convex ranges, each a program of its own.
        static let maxLeaves = 12
    }

    /// Blocks that are solved one at a time, the others held.
    enum Descent {
        /// Rounds in which blocks that cannot be repaired are tried again, once others have moved.
        static let maxRounds = 3
        /// A round that closes less than this share of the gap is the last.
        static let minShareOfGap = 0.02
        /// Relative gap of one block.
        static let blockGap = 1e-6
        /// Relative cost below which a block's new point is no better.
        static let minGain = 1e-12
        /// Branch-and-bound nodes of one block: a proof to the last digit is not worth the others' turn.
        static let maxNodes = 2_000
        /// A store's first node is nearly always all there is to find.
        static let maxNodesOfStore = 1
        /// Simplex pivots of one block.
        static let maxPivots = 200_000
    }

    /// Factorisations.
    enum LinearAlgebra {
        /// A pivot this small is of a row that depends on others: the row is left out.
        static let minPivot = 1e-14
        /// In place of the root of such a pivot: what is divided by it vanishes.
        static let skippedPivot = 1e64
        /// Added to the diagonal of normal matrices, so that dependent rows do no harm.
        static let regularisation = 1e-11
        /// Columns of a dense factor that are eliminated together, as their inner loop is written for.
        static let panelWidth = 4
        /// Zeros that a front may hold for being joined with its parent: a few are faster than another front.
        static let maxZerosOfFront = 32
        /// More rows are ordered along their chain: minimum degree's bit sets take the square of their number.
        static let maxMinimumDegreeRows = 5_000
        /// A row that meets this many times the average is eliminated last.
        static let denseRowRatio = 12
        /// A column with entries in more rows is cut into pieces.
        static let maxRowsOfColumn = 12
        /// Rows of each piece.
        static let rowsOfPiece = 6
        /// Multiplications of the Schur complement's factorisation: a second for each ten.
        static let maxSchurWork = 3.4e9
        /// Numbers of a Schur complement: about a gigabyte for all lanes.
        static let maxSchurNumbers = 2_500_000
        /// Relative width of bounds below which a column is fixed.
        static let fixedWidth = 1e-11
    }

    /// Primal-dual interior-point method on all blocks together.
    enum InteriorPoint {
        // Lanes: their number is the problem's, whatever the threads, so that sums are the same on any number of them.
        /// Each has a Schur complement of its own.
        static let maxLanes = 8
        /// Fewer blocks are not worth one.
        static let minBlocksPerLane = 8

        // Bounds.
        /// In place of the slack to a bound that is not there.
        static let infiniteSlack = 1e100
        /// The dual of such a bound: its product with the slack is small, and neither is zero.
        static let infiniteSlackDual = 1e-102
        /// A column without bounds has this in place of the sum of its duals over slacks.
        static let minInverseScaling = 1e-9

        // Start.
        /// Duals at the start, beside the gradient.
        static let startDual = 0.02
        /// Distance from a single bound at which a column starts.
        static let startDistance = 1.0
        /// Columns that are farther from their bounds than this move equally to satisfy the rows at the start.
        static let maxProjectionSlack = 10.0
        /// Least scaling of that projection, so that columns close to a bound still move.
        static let minProjectionScaling = 1e-6
        /// Share of the width of its bounds that a column keeps away from them at the start.
        static let startInset = 0.1
        /// Distance from a single bound that a column keeps at the start.
        static let minStartDistance = 0.5

        // Step length.
        /// Share of the way to the nearest bound (Wright 1997, chapter 10).
        static let stepToBoundary = 0.995
        /// A corrector's step may be this long before it is cut to 1: it is shortened by `stepToBoundary` first.
        static let maxStepBeforeCut = 2.0
        /// Centering target below which nothing is gained: complementarity would underflow.
        static let minCenteringTarget = 1e-30

        // Gondzio's correctors: cheaper than a round, as the factors stay. His values, but for the number.
        static let maxCorrectors = 1
        /// By how much a corrector is to lengthen the step.
        static let correctorStepIncrease = 0.4
        /// Where steps are longer than this, none is tried.
        static let correctorSkipsAbove = 0.9
        /// Share of the increase that a corrector must bring.
        static let correctorMinGain = 0.1
        /// Complementarity products below the first times the target, and above the second, are corrected.
        static let minProductRatio = 0.1
        static let maxProductRatio = 10.0

        // Termination.
        static let maxRounds = 150
        /// Relative residual of rows, and of duals, at the optimum.
        static let residual = 1e-8
        /// The gap is closed this far beyond what is asked for, since the end costs a little.
        static let gapShare = 0.2
        /// Rounds after the optimum: they part what is at its bound from what is not.
        static let maxRoundsAfterOptimum = 2
        /// A gap this much smaller than asked for needs none of them.
        static let clearGapShare = 1e-3
        /// A round has made progress where the merit falls below this share of the best.
        static let progress = 0.9
        /// Rounds without progress.
        static let maxStagnation = 25
        /// Rounds before a proof of infeasibility is looked for.
        static let roundsBeforeCertificate = 3
        /// Residual above which it is looked for.
        static let certificateResidual = 1e-6
        /// A certificate above this proves that no point satisfies the rows.
        static let certificate = 1e-6

        // From the last point to one with columns at their bounds.
        /// Projections onto the rows, each of which may bring more columns to a bound.
        static let maxProjections = 7
        /// Relative residual after them: rounding of sums of some hundred terms.
        static let projectedResidual = 1e-11
    }

    /// Columns that are nearly at a bound, at the end of either interior-point method.
    enum Snapping {
        /// Share of the mean slack below which a column may be moved onto its bound.
        static let maxSlack = 1e-5
        /// A slack in units of the mean one must be below this many times its dual in units of the mean dual: else the dual is
        /// the one of the two that vanishes. Where both are small (ties), the column is left free.
        static let maxRatio = 1e-2
    }

    /// Interior-point method in which each block makes its own steps.
    enum Blockwise {
        // A fixed number of pieces and lanes: sums are the same on any number of threads.
        static let lanes = 8
        static let pieces = 8
        /// A block's numbers are told apart by 16 bits.
        static let maxNumbersOfBlock = 65_000

        // Start.
        /// Blocks whose duals all others start from.
        static let sample = 100
        /// Relative gap at which the sample's duals are taken: those of a smaller gap would be too sharp for the others.
        static let sampleGap = 3e-2
        /// Relative residual of the sample's duals.
        static let sampleDualResidual = 1e-5
        /// Centering target of a block's first point.
        static let startTarget = 1e-2
        /// Least largest cost, for the centering target of a choice among optima.
        static let minLargestCost = 1e-6
        /// Slack below which a column of a block is held off its bound.
        static let minSlack = 1e-14
        /// The same for a column of no block.
        static let minBorderSlack = 1e-12

        // Step length.
        /// Share of the way to the nearest bound, of a block: shorter than usual, as its duals are those of the round before.
        static let stepToBoundary = 0.9
        /// The same for the columns of no block.
        static let borderStepToBoundary = 0.99
        /// Least inverse of a step length.
        static let minInverseStep = 1e-9
        /// Newton steps to a block's first center.
        static let maxStepsToCenter = 60
        /// Newton steps of a block that is to find its center again.
        static let maxRecenteringSteps = 4
        /// A block is centered where second-order terms are below this share of the target.
        static let centered = 1e-3

        // Centering target.
        /// The target's factor in a round in which blocks follow well.
        static let targetDecrease = 0.4
        /// Mean step length from which they do.
        static let goodStepLength = 0.85
        /// The target waits where residuals are worth more than this many times what is left of the gap.
        static let residualLag = 2.0
        /// The target ends at this share of the gap.
        static let minTargetShare = 0.25

        // Recentering.
        /// A block that gets no further than this share of its step finds its center anew.
        static let maxRecenteringThreshold = 0.1
        /// Fewer do where they are many.
        static let minRecenteringThreshold = 0.003
        /// Share of the blocks above which they are many.
        static let maxRecenteredShare = 0.03
        /// The threshold is divided by this where they are many ...
        static let thresholdDecrease = 3.0
        /// ... and multiplied by this where they are not.
        static let thresholdIncrease = 1.5
        /// Near the end (the target within so many times its least) hardly any does: it would upset duals that are nearly there.
        static let lateTarget = 30.0

        // Termination.
        static let maxRounds = 80
        /// Rounds to the smaller gap at which columns at their bounds stand out from the others.
        static let maxDeepRounds = 25
        /// That gap, as a share of the gap that is asked for.
        static let deepGapShare = 1e-3
        /// The gap is closed this far beyond what is asked for, since the end costs a little.
        static let gapShare = 0.5
        /// A wider gap would leave both columns of an exclusive pair a little open.
        static let maxPartedGap = 1e-6
        /// Relative residual of rows at the optimum.
        static let residual = 1e-8

        // From the last point to one with columns at their bounds.
        static let maxProjections = 8
        /// Relative residual of the linking rows after them: rounding of sums of some hundred terms.
        static let projectedResidual = 1e-11
        /// Steps in which a block's columns make up for those that came to a bound.
        static let maxRepairs = 12
        /// Relative residual of a block's own rows after them.
        static let repairedResidual = 1e-13
        /// Scaling of a column that has to leave its bound again.
        static let heldScaling = 1e-4
        /// Columns that are farther from their bounds than this move equally.
        static let maxProjectionSlack = 10.0
        /// Factor and least square of the slack in a column's scaling.
        static let projectionFactor = 1e4
        static let minProjectionSquare = 1e-8
    }

    /// Dantzig-Wolfe decomposition. Measured on programs of 100 to 10,000 blocks; all are flat around these values.
    enum ColumnGeneration {
        /// Convexity rows of the master: more make each round dearer, fewer make more rounds.
        static let maxGroups = 100
        /// More blocks than this do not keep their simplex problems between rounds.
        static let maxKeptProblems = 400
        /// Columns of the master for each of its rows, before those least likely to come back are dropped.
        static let maxColumnsPerRow = 6

        // Start.
        /// Blocks of a sample at least.
        static let minSample = 10
        /// One block of the sample for so many blocks.
        static let blocksPerSample = 10
        /// A sample must be smaller than the blocks divided by this: else it saves nothing.
        static let minBlocksPerSample = 3
        /// Relative gap of the sample: its duals are a beginning only.
        static let sampleGap = 1e-3
        /// Blocks of a program too large for memory, and the relative gap of their duals.
        static let interiorSample = 400
        static let interiorSampleGap = 1e-4

        // Penalty of artificial columns.
        /// A unit costs this many times the largest cost of a column: more than any dual that can come up ...
        static let penaltyFactor = 50.0
        /// ... which is taken for at least this.
        static let minLargestCost = 1e-3
        /// Where it proves too low it is raised by this factor, so many times.
        static let penaltyIncrease = 100.0
        static let maxPenaltyIncreases = 3
        /// Sums of artificial columns below this are rounding.
        static let infeasibility = 1e-7

        // Duals.
        /// Share of the best duals so far in those that the blocks are priced at.
        static let smoothing = 0.5
        /// That share where nothing was added: it is halved, taken for 0 below the second value where all were priced ...
        static let smoothingDecrease = 0.5
        static let minSmoothing = 0.1
        static let negligibleSmoothing = 0.2
        /// ... and this once something is added again.
        static let smoothingAfterStall = 0.3
        /// From so many groups on, a round prices one in `parts` ...
        static let minGroupsInParts = 40
        static let parts = 4
        /// ... until the relative gap is below this.
        static let gapForAllGroups = 2e-3

        // Termination.
        /// The gap is closed this far beyond what is asked for.
        static let gapShare = 0.5
        /// Where no column is left to add, a gap this many times too large is rounding.
        static let maxStuckGapRatio = 10.0

        // Rounding.
        /// Relative reduced cost below which a column improves the master.
        static let reducedCost = 1e-10
        /// Activities below this are left out of the master.
        static let minActivity = 1e-12
        /// Weights above this are of columns whose duals are worth knowing, and whose points count.
        static let weightOfDuals = 1e-9
        static let weightOfPoints = 1e-11
        /// A reduced cost towards a bound that is not there, below which it is rounding.
        static let unboundedReducedCost = 1e-9
    }

    /// Dynamic programming over blocks that are chains.
    enum Chain {
        /// Bounds may contradict each other by this much.
        static let boundTolerance = 1e-11
        /// Sides of a row without columns, and the range of a state, may do so by this much: sums of several terms.
        static let rowTolerance = 1e-9
        /// How near two kinks must be to meet.
        static let meeting = 1e-11
        /// Pieces shorter than this are dropped.
        static let minPiece = 1e-10
        /// Slopes that differ relatively by less are one piece.
        static let slopeTolerance = 1e-13
        /// Rows on one state, or between two, that the fixed memory of a sweep has room for.
        static let maxFamilies = 8
        /// Room for kinks to begin with, of a row and of the value function; both grow.
        static let rowCapacity = 64
        static let valueCapacity = 256
        /// A sweep that takes more rounds than this many per kink, and some, has lost its way by rounding.
        static let maxRoundsPerKink = 8
        static let extraRounds = 64
    }
}
