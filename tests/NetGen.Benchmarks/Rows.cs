namespace NetGen.Benchmarks;

/// <summary>What is raced. Each loop calls the generated class itself, as a user's program does.</summary>
static class Rows
{
    const string OnnxRuntime = "ONNX Runtime", TorchSharp = "TorchSharp";
    const ulong Seed = 1;

    /// <summary>All rows, in the table's order.</summary>
    public static IReadOnlyList<Row> All() =>
    [
        Mlp784Forward(samples: 64, target: 1.05),
        Mlp784Forward(samples: 1, target: 2.5),
        Forward(TinyTanh.Create(Seed), Activation.Tanh, samples: 1, target: 50, TinyTanh.ArenaBytes, (network, x, y) => calls =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        }),
        Forward(TinyReLU.Create(Seed), Activation.ReLU, samples: 1, target: 50, TinyReLU.ArenaBytes, (network, x, y) => calls =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        }),
        Training(() => Mlp784.Create(Seed)),
        Forward(FashionMlp.Create(Seed), Activation.ReLU, samples: 64, target: 1.05, FashionMlp.ArenaBytes, (network, x, y) => calls =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        }),
        Training(() => FashionMlp.Create(Seed)),
    ];

    static Row Mlp784Forward(int samples, double target) =>
        Forward(Mlp784.Create(Seed), Activation.ReLU, samples, target, Mlp784.ArenaBytes, (network, x, y) => calls =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        });

    /// <param name="network">What is called.</param>
    /// <param name="activation">The network's activation.</param>
    /// <param name="samples">The size of the batch.</param>
    /// <param name="target">How many times as fast as ONNX Runtime.</param>
    /// <param name="arenaBytes">What each thread keeps intermediate values in.</param>
    /// <param name="predict">The loop over the calls, given network, input and output.</param>
    static Row Forward<TNetwork>(
        TNetwork network, Activation activation, int samples, double target, long arenaBytes, Func<TNetwork, float[], float[], Action<int>> predict)
        where TNetwork : class, INetwork<TNetwork>
    {
        Perceptron perceptron = Describe(network, activation);
        Batch batch = Batch.Random(samples, perceptron.Inputs, perceptron.Outputs);
        float[] y = new float[samples * perceptron.Outputs];
        Action<int> run = predict(network, batch.X, y);
        return new Row(
            $"{perceptron.Name} ({activation}) forward, batch {samples}", perceptron, perceptron.Flops * samples, target, OnnxRuntime,
            NetGen, (peer, _, threads) => peer.Forward(perceptron, batch, threads), Trains: false);

        Contender NetGen(AdamWSettings settings, int threads)
        {
            NetGenOptions.Threads = threads;
            return new Contender("NetGen", run, () => y, arenaBytes);
        }
    }

    static Row Training<TNetwork>(Func<TNetwork> create) where TNetwork : class, ITrainable<TNetwork, int>
    {
        const int Samples = 64;
        Perceptron perceptron = Describe(create(), Activation.ReLU);
        Batch batch = Batch.Random(Samples, perceptron.Inputs, perceptron.Outputs);
        return new Row(
            $"{perceptron.Name} ({Activation.ReLU}) training step, AdamW, batch {Samples}", perceptron, perceptron.TrainingFlops * Samples, Target: 3, TorchSharp,
            NetGen, (peer, settings, threads) => peer.TrainingStep(perceptron, batch, settings, threads), Trains: true);

        Contender NetGen(AdamWSettings settings, int threads)
        {
            NetGenOptions.Threads = threads;
            Trainer<TNetwork, int> trainer = new(create(), new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay));
            float loss = 0;
            long arena = sizeof(float) * (TNetwork.Training.ArenaFloatsFixed + (long)TNetwork.Training.ArenaFloatsPerSample * Samples);
            return new Contender("NetGen", Steps, () => [loss], arena);

            void Steps(int calls)
            {
                for (int i = 0; i < calls; i++) loss = trainer.Step(batch.X, batch.Labels);
            }
        }
    }

    static Perceptron Describe<TNetwork>(TNetwork network, Activation activation) where TNetwork : class, INetwork<TNetwork>
    {
        List<DenseLayer> layers = [];
        foreach (ParameterInfo weight in TNetwork.Info.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight))
        {
            string layer = weight.Name[..weight.Name.LastIndexOf('.')];
            layers.Add(new DenseLayer(network.Parameters[weight.Name].ToArray(), network.Parameters[$"{layer}.bias"].ToArray()));
        }
        return new Perceptron(string.Join('-', [layers[0].Inputs, .. layers.Select(layer => layer.Outputs)]), activation, layers);
    }
}
