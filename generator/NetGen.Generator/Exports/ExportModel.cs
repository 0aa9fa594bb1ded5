using NetGen.Generator.Parsing;

namespace NetGen.Generator.Exports;

/// <summary>A network that gets C functions.</summary>
/// <param name="Type">Its class.</param>
/// <param name="Name">How the functions' names begin.</param>
sealed record ExportModel(TypeModel Type, string Name);

/// <summary>An attribute [ExportNetwork] as it was read: what it says, or what is wrong with it, and where it stands.</summary>
/// <param name="Model">What it says; null where something is wrong.</param>
/// <param name="Display">The attribute as messages name it.</param>
/// <param name="Error">What is wrong.</param>
/// <param name="Location">Where it stands.</param>
sealed record Export(ExportModel? Model, string Display, NetworkError? Error, Microsoft.CodeAnalysis.Location Location);
