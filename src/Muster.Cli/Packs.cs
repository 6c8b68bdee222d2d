using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The packs that ship inside the executable: <c>packs/NAME@VERSION.yaml</c>.</summary>
static class Packs
{
    public static Fetched Fetch(string name)
    {
        using var stream = typeof(Packs).Assembly.GetManifestResourceStream($"packs/{name}.yaml");
        if (stream is null) return new Fetched.Missing();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new Fetched.File(bytes.ToArray());
    }
}
