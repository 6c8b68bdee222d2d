using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A scenario file made of another tool's, and everything that was left out of it or is otherwise than there.</summary>
public sealed record Imported(string Yaml, ImmutableArray<string> Notes);

/// <summary>Scenario files out of what other tools write. Nothing is dropped in silence.</summary>
public static class LoadImport
{
    /// <summary>k6's <c>options</c> as JSON. They hold no requests, so that without a URL the file is refused until its writer fills it in.</summary>
    /// <exception cref="FormatException">It is no such thing; the message says why.</exception>
    public static Imported K6(Value options, string? url = null) => Written(new K6Options(options, url).Read());

    /// <summary>A HAR file: what one user of a browser asked for, in order.</summary>
    /// <param name="hosts">The hosts whose requests are taken; that of the first request if it is empty.</param>
    /// <exception cref="FormatException">It is no such thing; the message says why.</exception>
    public static Imported Har(Value har, IReadOnlyCollection<string> hosts) => Written(new HarRecording(hosts).Read(har));

    /// <summary>The notes stand at the file's head too, where whoever opens it next will read them.</summary>
    static Imported Written((Value.Fields Form, List<string> Notes) read)
    {
        var to = new StringBuilder();
        foreach (var note in read.Notes) to.Append("# ").Append(new string([.. note.Select(letter => char.IsControl(letter) || letter is '\u0085' or '\u2028' or '\u2029' ? ' ' : letter)])).Append('\n');
        return new(to.Append(FormText.Of(read.Form)).ToString(), [.. read.Notes]);
    }
}
