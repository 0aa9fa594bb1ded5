using System.Runtime.InteropServices;
using NetGen.Onnx;
using NetGen.Onnx.Models;

namespace NetGen.Benchmarks;

/// <summary>What is raced. Each loop calls the generated class itself, as a user's program does.</summary>
static class Rows
{
    const string OnnxRuntime = "ONNX Runtime", TorchSharp = "TorchSharp";

    /// <summary>All rows, in the table's order.</summary>
    public static IReadOnlyList<Row> All() => [.. Perceptrons(), .. Convolutional(), .. Transformers(), .. Recurrent()];

    static IEnumerable<Row> Perceptrons()
    {
        PerceptronModel mlp784 = new([784, 128, 10], Activation.ReLU), fashion = new([784, 256, 128, 100, 10], Activation.ReLU);
        Loop<Mlp784> predictMlp784 = (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        };
        yield return Forward(mlp784, samples: 64, target: 1.05, Mlp784.ArenaBytes, predictMlp784);
        yield return Forward(mlp784, samples: 1, target: 2.5, Mlp784.ArenaBytes, predictMlp784);
        yield return Forward(mlp784, Batch.ClothingImage(), "an image of Fashion-MNIST", target: 2.5, Mlp784.ArenaBytes, predictMlp784);
        yield return Forward<TinyTanh>(new PerceptronModel([4, 16, 3], Activation.Tanh), samples: 1, target: 50, TinyTanh.ArenaBytes, (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        });
        yield return Forward<TinyReLU>(new PerceptronModel([4, 16, 3], Activation.ReLU), samples: 1, target: 50, TinyReLU.ArenaBytes, (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        });
        yield return Training<Mlp784>(mlp784, samples: 64, target: 3);
        yield return Forward<FashionMlp>(fashion, samples: 64, target: 1.05, FashionMlp.ArenaBytes, (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        });
        yield return Training<FashionMlp>(fashion, samples: 64, target: 3);
    }

    static IEnumerable<Row> Convolutional()
    {
        Loop<LeNet5> predictLeNet5 = (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        };
        yield return Forward(new LeNet5Model(), samples: 1, target: 3, LeNet5.ArenaBytes, predictLeNet5);
        yield return Forward(new LeNet5Model(), samples: 64, target: 2.3, LeNet5.ArenaBytes, predictLeNet5);
        yield return Forward<ResNet18>(new ResNet18Model(), samples: 1, target: 1.9, ResNet18.ArenaBytes, (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        });
        yield return Forward<MobileNetV2>(new MobileNetV2Model(), samples: 1, target: 1.3, MobileNetV2.ArenaBytes, (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        });
        yield return Training<LeNet5>(new LeNet5Model(), samples: 64, target: 6);
        yield return Training<SmallCnn>(new SmallCnnModel(), samples: 64, target: 3.5);
        // The first step already fits the batch, and what is left of the loss after more of them is rounding errors.
        yield return Training<ResNet18Small>(new ResNet18Model(SmallImages: true), samples: 32, target: 2.5, comparedSteps: 2);
    }

    static IEnumerable<Row> Transformers()
    {
        GptModel gpt = new(Layers: 4, Features: 128, Heads: 4, Positions: 128, Ids: 65);
        yield return Forward<Gpt>(gpt, samples: 1, target: 1.4, Gpt.ArenaBytes, (network, x, y, calls) =>
        {
            ReadOnlySpan<int> tokens = MemoryMarshal.Cast<float, int>(x);
            for (int i = 0; i < calls; i++) network.Predict(tokens, y);
        });
        yield return Training<Gpt>(gpt, samples: 8, target: 2.5);
        yield return Gradient<AttentionAlone>(new AttentionModel(Positions: 1024, Heads: 8, HeadSize: 64), target: 1.5);
    }

    static IEnumerable<Row> Recurrent()
    {
        yield return Forward<Lstm128>(new LstmModel(100, 128, 128), samples: 1, target: 1.5, Lstm128.ArenaBytes, (network, x, y, calls) =>
        {
            for (int i = 0; i < calls; i++) network.Predict(x, y);
        });
    }

    /// <param name="model">The network, for the peers.</param>
    /// <param name="samples">The size of the batch.</param>
    /// <param name="target">How many times as fast as ONNX Runtime.</param>
    /// <param name="arenaBytes">What each thread keeps intermediate values in.</param>
    /// <param name="predict">The loop over the calls.</param>
    static Row Forward<TNetwork>(Model model, int samples, double target, long arenaBytes, Loop<TNetwork> predict) where TNetwork : class, INetwork<TNetwork> =>
        Forward(model, Batch.Random(samples, new RacedNetwork(model, new RandomTensors(seed: 1))), $"batch {samples}", target, arenaBytes, predict);

    /// <param name="model">The network, for the peers.</param>
    /// <param name="batch">What it predicts.</param>
    /// <param name="name">What that is called.</param>
    /// <param name="target">How many times as fast as ONNX Runtime.</param>
    /// <param name="arenaBytes">What each thread keeps intermediate values in.</param>
    /// <param name="predict">The loop over the calls.</param>
    static Row Forward<TNetwork>(Model model, Batch batch, string name, double target, long arenaBytes, Loop<TNetwork> predict) where TNetwork : class, INetwork<TNetwork>
    {
        RacedNetwork raced = new(model, new RandomTensors(seed: 1));
        return new Row(
            $"{model.Name} forward, {name}", raced, raced.Size.Flops * batch.Samples, target, OnnxRuntime,
            NetGen, (peer, _, threads) => peer.Forward(raced, batch, threads));

        Contender NetGen(AdamWSettings settings, int threads)
        {
            NetGenOptions.Threads = threads;
            TNetwork network = Create<TNetwork>(raced);
            float[] y = new float[batch.Samples * raced.Size.Outputs];
            return new Contender("NetGen", calls => predict(network, batch.X, y, calls), () => y, arenaBytes);
        }
    }

    /// <param name="model">The network, for the peers.</param>
    /// <param name="samples">The size of the batch.</param>
    /// <param name="target">How many times as fast as TorchSharp.</param>
    /// <param name="comparedSteps">How many steps are compared before the race; fewer of a deep network, in which rounding errors grow with each.</param>
    static Row Training<TNetwork>(Model model, int samples, double target, int comparedSteps = 10) where TNetwork : class, ITrainable<TNetwork, int>
    {
        RacedNetwork raced = new(model, new RandomTensors(seed: 1));
        Batch batch = Batch.Random(samples, raced);
        return new Row(
            $"{model.Name} training step, AdamW, batch {samples}", raced, raced.Size.TrainingFlops * samples, target, TorchSharp,
            NetGen, (peer, settings, threads) => peer.TrainingStep(raced, batch, settings, threads), comparedSteps);

        Contender NetGen(AdamWSettings settings, int threads)
        {
            NetGenOptions.Threads = threads;
            Trainer<TNetwork, int> trainer = new(Create<TNetwork>(raced), new AdamW(settings.LearningRate, weightDecay: settings.WeightDecay));
            float loss = 0;
            long arena = sizeof(float) * (TNetwork.Training.ArenaFloatsFixed + (long)TNetwork.Training.ArenaFloatsPerSample * TNetwork.Training.RoomFor(samples));
            return new Contender("NetGen", Steps, () => [loss], arena);

            void Steps(int calls)
            {
                for (int i = 0; i < calls; i++) loss = trainer.Step(batch.X, batch.Labels);
            }
        }
    }

    /// <summary>Both ways through a network without a loss, on one sample.</summary>
    static Row Gradient<TNetwork>(Model model, double target) where TNetwork : class, ITrainable<TNetwork, float>
    {
        RacedNetwork raced = new(model, new RandomTensors(seed: 1));
        Batch batch = Batch.Random(1, raced);
        return new Row($"{model.Name}, forward and backward", raced, raced.Size.TrainingFlops, target, TorchSharp,
            NetGen, (peer, _, threads) => peer.Gradient(raced, batch, threads));

        Contender NetGen(AdamWSettings settings, int threads)
        {
            NetGenOptions.Threads = threads;
            Trainer<TNetwork, float> trainer = new(Create<TNetwork>(raced), new SGD(settings.LearningRate));
            float[] ones = new float[raced.Size.Outputs];
            Array.Fill(ones, 1);
            long arena = sizeof(float) * (TNetwork.Training.ArenaFloatsFixed + (long)TNetwork.Training.ArenaFloatsPerSample * TNetwork.Training.RoomFor(1));
            return new Contender("NetGen", Passes, () => trainer.InputGradient.ToArray(), arena);

            void Passes(int calls)
            {
                for (int i = 0; i < calls; i++) trainer.Backward(batch.X, ones);
            }
        }
    }

    static TNetwork Create<TNetwork>(RacedNetwork raced) where TNetwork : class, INetwork<TNetwork>
    {
        TNetwork network = TNetwork.Create();
        raced.CopyTo(network.Parameters);
        return network;
    }

    /// <summary>A loop of predictions, written for the network's own class so that the call isn't an interface's.</summary>
    delegate void Loop<TNetwork>(TNetwork network, float[] x, float[] y, int calls);
}
