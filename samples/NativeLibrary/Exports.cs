using NetGen;
using NetGen.Samples;

[assembly: ExportNetwork(typeof(FashionCnn))]
