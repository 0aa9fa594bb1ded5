namespace NetGen.Generator.Parsing;

/// <summary>
/// What a Forward computes, as a list of steps, each on values that are there: first the inputs, then what the steps before gave. Loops are unrolled, calls of
/// helpers are in place, and constants are computed.
/// </summary>
/// <param name="Inputs">The names of the inputs.</param>
/// <param name="Outputs">The names of the outputs.</param>
/// <param name="Fields">The fields that hold layers, which generated code sets so that the C# compiler doesn't miss a value.</param>
/// <param name="Layers">The layers, parameters and buffers that its fields declare.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Results">Which values are its outputs.</param>
sealed record ForwardModel(
    EquatableArray<string> Inputs, EquatableArray<string> Outputs, EquatableArray<string> Fields, EquatableArray<ForwardLayer> Layers, EquatableArray<ForwardStep> Steps,
    EquatableArray<int> Results);

/// <summary>A layer, a parameter or a buffer that a field declares.</summary>
/// <param name="Name">Its name, the first part of its parameters' names: <c>head</c>, <c>hidden.0</c>.</param>
/// <param name="Element">What was declared.</param>
/// <param name="Place">The place of the field's attribute.</param>
sealed record ForwardLayer(string Name, ElementModel Element, int Place);

/// <summary>A call of a layer or of a function.</summary>
/// <param name="Layer">The layer that is called; -1 for a function.</param>
/// <param name="Function">The function, with its constants; null for a layer.</param>
/// <param name="Inputs">The values that it is called with.</param>
/// <param name="Results">How many values it gives.</param>
/// <param name="Place">The place of the call.</param>
sealed record ForwardStep(int Layer, ElementModel? Function, EquatableArray<int> Inputs, int Results, int Place);
