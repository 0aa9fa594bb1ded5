namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>Tests that set the number of threads for the whole process, or need all workers for themselves: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess : ICollectionFixture<TrainingRunNetworks>
{
    public const string Name = "Alone in the process";
}
