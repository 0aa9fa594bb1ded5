using NetGen.Generator.Graph;
using NetGen.Generator.Layers;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Prints the C header of an exported network.</summary>
static class CHeader
{
    public static string Print(NetworkModel model, NetworkGraph graph, string name)
    {
        var (upper, parameters) = (name.ToUpperInvariant(), Text.Grouped(graph.Layers.Sum(l => l.Parameters)));
        // Ids, which texts are made of, or numbers.
        var (x, include) = InputIds.AreAll(graph) ? ("int32_t", "#include <stdint.h>\n") : ("float", "");
        var places = InputIds.Different(graph).Select(ids => $"{LayerBuilder.Text(ids.Type.Shape.Size)} of {ids.Name} from {LayerBuilder.Text(ids.First)} on");
        var bits = InputIds.AreAll(graph) || !places.Any() ? "" : $"\n * Ids are given as floats that have the bits of their int32_t: {string.Join(", ", places)}.";
        var path = model.Weights is null
            ? "path is a safetensors file with the network's weights."
            : "path is a safetensors file with other weights than those in the library, or NULL for these.";
        var most = !graph.Sequences.Any() ? "" : " with the most positions" + (graph.InputParts.Any() ? "" : "; it may have fewer, from 1 on");
        return $$"""
            /*
             * {{ParametersFile.DisplayName(model.Type)}}: a network from {{graph.Input.Shape}} to {{graph.Output.Shape}} with {{parameters}} parameters.
             *
             * Any number of threads may call these functions at once. Where something is wrong, they return NULL or a number
             * below 0, and {{name}}_error tells what. Written by NetGen.{{bits}}
             */
            #ifndef {{upper}}_H
            #define {{upper}}_H

            #include <stddef.h>
            {{include}}
            #ifdef __cplusplus
            extern "C" {
            #endif

            /* Values in one sample{{most}}, {{graph.Input.Shape}}, and in its output, {{graph.Output.Shape}}. */
            #define {{upper}}_INPUT_SIZE {{LayerBuilder.Text(graph.Input.Size)}}
            #define {{upper}}_OUTPUT_SIZE {{LayerBuilder.Text(graph.Output.Size)}}

            /* What functions return. */
            #define {{upper}}_OK 0
            #define {{upper}}_ERROR_ARGUMENT (-1) /* a pointer is NULL, a network was destroyed, or an id isn't one of the vocabulary */
            #define {{upper}}_ERROR_SIZE (-2)     /* a number of values doesn't fit */
            #define {{upper}}_ERROR_FILE (-3)     /* a file isn't there, or isn't the network's */
            #define {{upper}}_ERROR_OTHER (-4)

            /* A network with its weights. What it points to is no memory. */
            typedef struct {{name}} {{name}};

            /* A network, or NULL. {{path}} */
            {{name}} *{{name}}_create(const char *path);

            /* The output of one sample: x has {{upper}}_INPUT_SIZE values, y gets {{upper}}_OUTPUT_SIZE. */
            int {{name}}_predict({{name}} *network, const {{x}} *x, size_t x_values, float *y, size_t y_values);

            /* The outputs of n samples, one after the other: x has n * {{upper}}_INPUT_SIZE values, y gets n * {{upper}}_OUTPUT_SIZE. */
            int {{name}}_predict_batch({{name}} *network, const {{x}} *x, size_t x_values, float *y, size_t y_values);

            /* The sizes that the library was built with. */
            size_t {{name}}_input_size(void);
            size_t {{name}}_output_size(void);

            /* What the calling thread's last error was, in UTF-8; "" where there was none. It holds until that thread's next error. */
            const char *{{name}}_error(void);

            /* Ends a network, once for each that was created. Predictions that other threads have begun with it go on. NULL is none. */
            int {{name}}_destroy({{name}} *network);

            #ifdef __cplusplus
            }
            #endif

            #endif

            """;
    }
}
