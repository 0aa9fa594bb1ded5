namespace NetGen.Generator.Tests.Reference;

/// <summary>What runs a network: the processor's code, or a device's.</summary>
interface IComputer
{
    /// <summary>The parameters in double precision.</summary>
    Dictionary<string, double[]> ParameterValues { get; }

    /// <summary>The output of a batch.</summary>
    float[] Predict(float[] x);

    /// <summary>Forward and backward pass by the trainer.</summary>
    Outcome Backward(Batch batch);
}
