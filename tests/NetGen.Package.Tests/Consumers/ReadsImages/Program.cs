using NetGen;
using NetGen.Data;
using NetGen.Data.Images;

// Two pixels: (10, 20, 30) and (40, 50, 60).
var png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR42mPgEpHTMLIBAAI3ANPiLe2fAAAAAElFTkSuQmCC");
Directory.CreateDirectory("images/only");
File.WriteAllBytes("images/only/1.png", png);

var images = ImageFolder.Load("images").Images;
Console.WriteLine(string.Join(' ', images.Pixels.ToArray()));

var x = new float[images.InputSize];
images.Augment(seed: 1, new RandomHorizontalFlip(1)).Read([0], x, new int[1]);
Console.WriteLine(string.Join(' ', x.Select(value => MathF.Round(value * 255))));
Console.WriteLine(Pixels.Create(seed: 1).Parameters.Info.ParameterCount);

[Network, Input(3, 1, 2), Flatten, Linear(2), Loss(Loss.CrossEntropy)]
partial class Pixels;
