namespace NetGen.Data;

/// <summary>What knows, or may know, that its samples are images.</summary>
interface IImages
{
    /// <summary>The images' shape; null where it isn't known.</summary>
    ImageShape? Shape { get; }

    static ImageShape? ShapeOf(object dataset) => dataset switch
    {
        ImageDataset images => images.Shape,
        IImages images => images.Shape,
        _ => null,
    };
}
