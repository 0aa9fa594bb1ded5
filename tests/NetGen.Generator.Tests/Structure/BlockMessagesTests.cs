using NetGen.Generator.Tests.Reference;

namespace NetGen.Generator.Tests.Structure;

/// <summary>What messages at run time call the layers of blocks.</summary>
public sealed class BlockMessagesTests
{
    [Fact]
    public void BatchNorm_InABlock_IsNamedWhereABatchIsTooSmall()
    {
        using var networks = new NetworkSet(new Dictionary<string, string>
        {
            ["Blocks"] = "[Input(3), Repeat(typeof(Part), 2, Name = \"layer\"), Linear(2)]",
            ["After"] = "[Input(3), Use(typeof(Plain)), BatchNorm(Name = \"bn\")]",
        }, "[Block, Linear(Arg.Input), BatchNorm(Name = \"bn\"), ReLU] class Part; [Block, Tanh, Linear(4), Tanh, Linear(5)] class Plain;");
        Assert.Contains("layer.0.bn: BatchNorm of Blocks normalises each value over the batch", Message("Blocks"));
        Assert.Contains("and bn: BatchNorm of After normalises each value over the batch", Message("After"));

        string Message(string network)
        {
            var (subject, reference) = networks[network];
            var batch = Batch.Random(subject.Info, reference.Loss, samples: 1, seed: 1);
            return Assert.Throws<ArgumentException>(() => subject.Backward(batch)).Message;
        }
    }
}
