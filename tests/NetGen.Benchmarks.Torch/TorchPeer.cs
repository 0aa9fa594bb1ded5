using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NetGen.Benchmarks.Torch;

/// <summary>PyTorch's engine from .NET: TorchSharp over libtorch on the CPU.</summary>
sealed class TorchPeer : IPeer
{
    public string Name { get; } = $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}";

    public string? Unavailable { get; } = WhyNot();

    public Contender Forward(RacedNetwork network, Batch batch, int threads)
    {
        set_num_threads(threads);
        TorchModule model = Modules.Of(network);
        model.eval();
        TorchTensor x = Samples(network, batch);
        float[] y = new float[batch.Samples * network.Size.Outputs];
        return new Contender(Name, Loop, () => y) { Owned = [x, model] };

        // The result is copied to the caller's array, as the others deliver theirs.
        void Loop(int calls)
        {
            using IDisposable inference = inference_mode();
            for (int i = 0; i < calls; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                TorchTensor output = model.call(x);
                output.data<float>().CopyTo(y);
            }
        }
    }

    public Contender TrainingStep(RacedNetwork network, Batch batch, AdamWSettings settings, int threads)
    {
        set_num_threads(threads);
        TorchModule model = Modules.Of(network);
        model.train();
        var optimizer = optim.AdamW(model.parameters(), settings.LearningRate, weight_decay: settings.WeightDecay);
        CrossEntropyLoss criterion = nn.CrossEntropyLoss();
        TorchTensor x = Samples(network, batch);
        TorchTensor labels = tensor([.. batch.Labels.Select(label => (long)label)]);
        float last = 0;
        return new Contender(Name, Loop, () => [last]) { Owned = [x, labels, criterion, optimizer, model] };

        void Loop(int calls)
        {
            for (int i = 0; i < calls; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                optimizer.zero_grad();
                TorchTensor loss = criterion.call(model.call(x).reshape(labels.shape[0], -1), labels);
                loss.backward();
                optimizer.step();
                last = loss.item<float>();
            }
        }
    }

    public Contender Gradient(RacedNetwork network, Batch batch, int threads)
    {
        set_num_threads(threads);
        TorchModule model = Modules.Of(network);
        TorchTensor x = Samples(network, batch).requires_grad_();
        TorchTensor gradient = ones(batch.Samples, network.Size.Outputs);
        float[] dx = new float[batch.X.Length];
        return new Contender(Name, Loop, () => dx) { Owned = [x, gradient, model] };

        void Loop(int calls)
        {
            for (int i = 0; i < calls; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                model.call(x).reshape(batch.Samples, -1).backward([gradient]);
                TorchTensor result = x.grad!;
                result.data<float>().CopyTo(dx);
                result.zero_();
            }
        }
    }

    static TorchTensor Samples(RacedNetwork network, Batch batch)
    {
        long[] shape = [batch.Samples, .. network.Model.InputShape.Select(length => (long)length)];
        return network.Model.Vocabulary == 0 ? tensor(batch.X, shape) : tensor([.. batch.Ids().Select(id => (long)id)], shape);
    }

    /// <summary>Asks the loader rather than TorchSharp, which would print its search and copy libtorch elsewhere before it gives up.</summary>
    static string? WhyNot()
    {
        try
        {
            NativeLibrary.Free(NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, DllImportSearchPath.AssemblyDirectory));
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            string[] lines = exception.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string cause = Array.Find(lines, line => line.Contains("GLIBCXX", StringComparison.Ordinal)) ?? lines[0];
            return $"libtorch doesn't load here: {cause.Split(" (required by")[0]}. It needs a system as new as Debian 13: "
                 + ".ci/trixie.sh setup, then .ci/trixie.sh run dotnet run -c Release --project tests/NetGen.Benchmarks.Torch -- race";
        }
    }
}
