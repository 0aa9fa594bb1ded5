namespace NetGen;

/// <summary>The learning rate as a function of the step: <see cref="Constant"/>, <see cref="Step"/>, <see cref="Cosine"/>, <see cref="OneCycle"/> or
/// <see cref="ReduceOnPlateau"/>.</summary>
/// <remarks>
/// Schedules are immutable and can be shared. The rate of a step is a pure function of the step and, for those that watch a metric, of a few numbers
/// that the trainer keeps for them and writes into its checkpoints.
/// </remarks>
public abstract class Schedule
{
    private protected Schedule() { }

    /// <summary>The optimizer's own rate at every step.</summary>
    public static Schedule Constant { get; } = new ConstantSchedule();

    /// <summary>The rate is multiplied with <paramref name="factor"/> after every <paramref name="epochs"/> epochs: PyTorch's <c>StepLR</c>.</summary>
    /// <param name="epochs">Epochs between two changes.</param>
    /// <param name="factor">What the rate is multiplied with.</param>
    public static Schedule Step(int epochs, double factor = 0.1) => new StepSchedule(epochs, 0, factor);

    /// <summary>The rate is multiplied with <paramref name="factor"/> after every <paramref name="steps"/> steps.</summary>
    /// <param name="steps">Steps between two changes.</param>
    /// <param name="factor">What the rate is multiplied with.</param>
    public static Schedule StepEvery(long steps, double factor = 0.1) => new StepSchedule(0, steps, factor);

    /// <summary>
    /// Linear warm-up to the optimizer's rate, then half a cosine down to <paramref name="minimum"/>: PyTorch's <c>CosineAnnealingLR</c>.
    /// Loshchilov and Hutter 2016, equation 5, without restarts.
    /// </summary>
    /// <param name="totalSteps">Where the minimum is reached; 0 stands for the end of the run, for <c>Fit</c>.</param>
    /// <param name="warmupSteps">Steps of the warm-up; step t of them, from 0, has the rate · (t + 1) / warmupSteps.</param>
    /// <param name="minimum">The rate at the end and after it.</param>
    public static Schedule Cosine(long totalSteps = 0, long warmupSteps = 0, double minimum = 0) => new CosineSchedule(totalSteps, warmupSteps, minimum);

    /// <summary>
    /// From a low rate up to the optimizer's, which is the highest, and down to nearly nothing, along cosines: PyTorch's <c>OneCycleLR</c> with two phases and
    /// without cycling the momentum. Smith and Topin 2017.
    /// </summary>
    /// <param name="totalSteps">The length of the cycle; 0 stands for the end of the run, for <c>Fit</c>.</param>
    /// <param name="warmup">The share of the cycle in which the rate grows (<c>pct_start</c>).</param>
    /// <param name="divideFirst">The highest rate is this many times the first (<c>div_factor</c>).</param>
    /// <param name="divideLast">The first rate is this many times the last (<c>final_div_factor</c>).</param>
    public static Schedule OneCycle(long totalSteps = 0, double warmup = 0.3, double divideFirst = 25, double divideLast = 1e4) =>
        new OneCycleSchedule(totalSteps, warmup, divideFirst, divideLast);

    /// <summary>The rate is multiplied with <paramref name="factor"/> when a metric has stopped improving: PyTorch's <c>ReduceLROnPlateau</c>.</summary>
    /// <remarks><c>Fit</c> reports the validation loss after each epoch, or the training loss where there is no validation.</remarks>
    /// <param name="factor">What the rate is multiplied with.</param>
    /// <param name="patience">How many reports without improvement are tolerated.</param>
    /// <param name="threshold">What counts as an improvement: less than best · (1 − threshold).</param>
    /// <param name="cooldown">How many reports are ignored after a reduction.</param>
    /// <param name="minimum">The lowest rate.</param>
    public static Schedule ReduceOnPlateau(double factor = 0.1, int patience = 10, double threshold = 1e-4, int cooldown = 0, double minimum = 0) =>
        new PlateauSchedule(factor, patience, threshold, cooldown, minimum);

    /// <summary>How many numbers the schedule remembers between steps.</summary>
    public virtual int StateSize => 0;

    /// <summary>Prepares the memory of a new run.</summary>
    /// <param name="state"><see cref="StateSize"/> numbers.</param>
    public virtual void Start(Span<double> state) { }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="rate">The optimizer's learning rate.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="state">What the schedule remembers.</param>
    /// <exception cref="InvalidOperationException">The schedule has no length, and wasn't given one by <see cref="For"/>.</exception>
    public abstract double Rate(double rate, long step, ReadOnlySpan<double> state);

    /// <summary>Tells the schedule how training goes.</summary>
    /// <param name="rate">The optimizer's learning rate.</param>
    /// <param name="metric">What should become small, such as the validation loss.</param>
    /// <param name="state">What the schedule remembers.</param>
    public virtual void Report(double rate, double metric, Span<double> state) { }

    /// <summary>The schedule with lengths filled in that were left to the run.</summary>
    /// <param name="stepsPerEpoch">Steps of one epoch.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    public virtual Schedule For(long stepsPerEpoch, long totalSteps) => this;
}
