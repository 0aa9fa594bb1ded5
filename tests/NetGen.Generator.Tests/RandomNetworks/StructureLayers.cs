namespace NetGen.Generator.Tests.RandomNetworks;

/// <summary>Blocks and taps.</summary>
sealed partial class LayerStack
{
    readonly List<(string Name, int[] Shape)> taps = [];

    void AddStructure(Choice choice)
    {
        var random = new Random(choice.Seed);
        // A block in a block in a block is deep enough.
        if (depth > 1 || Size > MostValues / 3 || random.Next(4) == 0)
        {
            AddTap(random);
            return;
        }
        switch (random.Next(5))
        {
            case 0:
                var used = Within();
                used.AddSome(random, 3);
                Again($"Use(typeof({used.Declare()}))", used.Shape);
                IsNormalized = used.IsNormalized;
                break;
            case 1: AddResidual(random); break;
            case 2:
                var repeated = Within();
                repeated.AddPreserving(random);
                var count = random.Next(1, 4);
                if (random.Next(2) == 0) repeated.Close(random, "Arg.Input", Shape[0]);
                Add($"Repeat(typeof({repeated.Declare()}), {Text(count)})");
                IsNormalized = repeated.IsNormalized;
                break;
            case 3: AddParallel(random); break;
            default: AddGate(random); break;
        }
    }

    /// <summary>Joins what an earlier layer gave, where one fits, or makes the output one that later ones can join.</summary>
    void AddTap(Random random)
    {
        var fitting = taps.Where(tap => tap.Shape.Skip(1).SequenceEqual(Shape.Skip(1)) && tap.Shape[0] + Shape[0] <= MostValues / Pixels).ToList();
        if (fitting.Count == 0 || random.Next(3) == 0)
        {
            var name = $"tap{Text(taps.Count)}";
            Again($"Identity(Name = \"{name}\")", Shape);
            taps.Add((name, Shape));
            return;
        }
        var tap = fitting[random.Next(fitting.Count)];
        if (tap.Shape[0] == Shape[0] && random.Next(2) == 0) Add($"Add(\"{tap.Name}\")");
        else Add($"Concat(\"{tap.Name}\")", [tap.Shape[0] + Shape[0], .. Shape.Skip(1)]);
    }

    void AddResidual(Random random)
    {
        var body = Within();
        body.AddPreserving(random);
        if (Shape.Length == 4 || random.Next(2) == 0)
        {
            body.Close(random, "Arg.Input", Shape[0]);
            Add($"Residual(typeof({body.Declare()}))");
            return;
        }
        var (channels, projection) = (random.Next(1, 20), Within());
        body.Close(random, "Arg.A", channels);
        projection.Close(new Random(0), "Arg.A", channels);
        Add($"Residual(typeof({body.Declare()}), Projection = typeof({projection.Declare()}), Arguments = [{Text(channels)}])", [channels, .. Shape.Skip(1)]);
    }

    void AddParallel(Random random)
    {
        var (branches, isSum, size) = (random.Next(2, 4), random.Next(2) == 0 || Shape.Length == 4, random.Next(1, 9));
        var (names, channels) = (new List<string>(), 0);
        for (var i = 0; i < branches; i++)
        {
            var branch = Within();
            if (random.Next(4) > 0) branch.AddPreserving(random);
            if (isSum || random.Next(2) == 0) branch.Close(random, "Arg.Input", Shape[0]);
            else branch.Close(random, "Arg.A", size);
            names.Add($"typeof({branch.Declare()})");
            channels += branch.Shape[0];
        }
        Add($"Parallel({string.Join(", ", names)}, Arguments = [{Text(size)}]{(isSum ? ", Join = Join.Sum" : "")})",
            [isSum ? Shape[0] : channels, .. Shape.Skip(1)]);
    }

    /// <summary>A weight for each value, or by squeeze and excitation one for each channel.</summary>
    void AddGate(Random random)
    {
        var block = Within();
        if (Shape.Length is 1 or 4 || random.Next(3) == 0) block.AddPreserving(random);
        else
        {
            if (Shape.Length == 3 && random.Next(2) == 0) block.Add("AdaptiveAvgPool2d", [Shape[0], 1, 1]);
            block.Add("Flatten", [block.Size]);
            block.Add($"Linear({Text(random.Next(1, 9))})");
            block.Add("ReLU");
            block.Add("Linear(Arg.Input)");
            // A block's Arg.Input is the first size of its own input.
            block.Shape = [Shape[0]];
        }
        block.Add("Sigmoid");
        Add($"Gate(typeof({block.Declare()}))");
    }

    /// <summary>The layers of a block that is used here.</summary>
    LayerStack Within() => new(Shape, blocks, depth + 1) { IsNormalized = IsNormalized };

    /// <summary>Declares a block of these layers, and gives its name.</summary>
    string Declare()
    {
        var name = $"Block{Text(blocks.Count)}";
        blocks.Add($"[{string.Join(", ", layers.Prepend("Block"))}] class {name};");
        return name;
    }

    void AddSome(Random random, int most)
    {
        for (var count = random.Next(most + 1); count > 0; count--) Add(Choose(random));
    }

    static Choice Choose(Random random) => new(random.Next(Kinds), random.Next(1, 20), random.Next(64), random.NextSingle(), random.Next());

    /// <summary>Layers that leave the shape as it is.</summary>
    void AddPreserving(Random random)
    {
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var (known, shape, normalized) = (layers.Count, Shape, IsNormalized);
            var (declared, tapped) = (blocks.Count, taps.Count);
            Add(Choose(random));
            if (Shape.SequenceEqual(shape)) continue;
            // What changes it is taken back.
            layers.RemoveRange(known, layers.Count - known);
            blocks.RemoveRange(declared, blocks.Count - declared);
            taps.RemoveRange(tapped, taps.Count - tapped);
            (Shape, IsNormalized) = (shape, normalized);
        }
    }

    /// <summary>A layer with weights that gives so many channels and leaves the other sizes as they are.</summary>
    /// <param name="random">Its options.</param>
    /// <param name="size">What the number of channels is called.</param>
    /// <param name="channels">The number of channels.</param>
    void Close(Random random, string size, int channels)
    {
        int[] shape = [channels, .. Shape.Skip(1)];
        var kernel = Text(random.Next(1, 4));
        switch (Shape.Length)
        {
            case 1: Add($"Linear({size})", shape); break;
            case 2: Add($"Conv1d({size}, {kernel}, Padding = Padding.Same)", shape); break;
            case 3: Add($"Conv2d({size}, {kernel}, Padding = Padding.Same)", shape); break;
            default: Add("LayerNorm"); break;
        }
    }
}
