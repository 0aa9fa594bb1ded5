namespace NetGen;

/// <summary>A layer with a weight and a bias.</summary>
public abstract class WeightedLayerAttribute : LayerAttribute
{
    /// <summary>Whether a bias is added. Default: yes.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>How the weight starts.</summary>
    public Init WeightInit { get; set; }

    /// <summary>The weight's first value where <see cref="WeightInit"/> is <see cref="Init.Constant"/>.</summary>
    public double WeightValue { get; set; }

    /// <summary>Scales a Xavier or He initialisation of the weight; 0 stands for the usual gain, 1 for Xavier and √2 for He.</summary>
    public double WeightGain { get; set; }

    /// <summary>How the bias starts: <see cref="Init.Default"/>, <see cref="Init.Zeros"/> or <see cref="Init.Constant"/>.</summary>
    public Init BiasInit { get; set; }

    /// <summary>The bias's first value where <see cref="BiasInit"/> is <see cref="Init.Constant"/>.</summary>
    public double BiasValue { get; set; }
}
