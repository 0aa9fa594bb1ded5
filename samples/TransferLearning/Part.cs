using System.Collections.Immutable;
using NetGen.Data;

namespace NetGen.Samples;

/// <summary>Parts of a dataset by class.</summary>
static class Part
{
    /// <summary>The images of some classes, which are labelled anew from 0.</summary>
    public static ImageDataset Of(ImageDataset images, ImmutableArray<int> classes)
    {
        var pixels = new List<byte>();
        var labels = new List<int>();
        for (var i = 0; i < images.Count; i++)
        {
            if (classes.IndexOf(images.Labels[i]) is >= 0 and var label)
            {
                pixels.AddRange(images.Image(i).Span);
                labels.Add(label);
            }
        }
        return new(pixels.ToArray(), labels.ToArray(), images.Shape, [.. classes.Select(c => images.Classes[c])], images.Normalization);
    }

    /// <summary>As many images of each class, drawn at random.</summary>
    public static IDataset<int> Few(ImageDataset images, int count, ulong seed)
    {
        var left = Enumerable.Repeat(count, images.Classes.Length).ToArray();
        var chosen = new List<int>();
        foreach (var i in RandomOrder.Permutation(images.Count, seed))
        {
            if (left[images.Labels[i]]-- > 0)
                chosen.Add(i);
        }
        return images.Select(chosen.ToArray());
    }
}
