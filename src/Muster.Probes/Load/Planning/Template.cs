using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>
/// A text with placeholders that each request fills anew: <c>$(data:user.name)</c>, <c>$(saved:token)</c>, <c>$(vu:id)</c>, <c>$(vu:iteration)</c>, <c>$(new:uuid)</c>, <c>$(new:counter)</c>, <c>$(random:1..100)</c>.
/// Compiled once; whatever fills it is written as the place demands, so that no value can end a header, a path or a JSON text early.
/// </summary>
public sealed class Template
{
    readonly ImmutableArray<Segment> _segments;
    readonly TemplatePlace _place;

    Template(byte[]? bytes, ImmutableArray<Segment> segments, TemplatePlace place) => (Fixed, _segments, _place) = (bytes, segments, place);

    /// <summary>The bytes of a template without placeholders; null if it has any.</summary>
    public byte[]? Fixed { get; }

    public static Template Of(byte[] bytes) => new(bytes, [], TemplatePlace.Raw);

    internal static Template Of(ImmutableArray<Segment> segments, TemplatePlace place) =>
        segments.All(segment => segment is Segment.Bytes)
            ? Of([.. segments.Cast<Segment.Bytes>().SelectMany(segment => segment.Are)])
            : new(null, segments, place);

    /// <summary>Writes the text as UTF-8; the name of the first placeholder that has no value yet, or null if all had one.</summary>
    public string? Render(UserVariables user, IBufferWriter<byte> to)
    {
        if (Fixed is { } whole)
        {
            to.Write(whole);
            return null;
        }

        foreach (var segment in _segments)
            if (!segment.Write(user, _place, to)) return segment.Name;
        return null;
    }

    /// <summary>As it was written, for a name or a message.</summary>
    public override string ToString() => Fixed is { } whole
        ? Encoding.UTF8.GetString(whole)
        : string.Concat(_segments.Select(segment => segment is Segment.Bytes bytes ? Encoding.UTF8.GetString(bytes.Are) : $"$({segment.Name})"));
}

/// <summary>Where a template stands, which decides how what fills it is written.</summary>
enum TemplatePlace
{
    /// <summary>A body or message as it stands: nothing is escaped.</summary>
    Raw,

    /// <summary>Within a JSON text.</summary>
    Json,

    /// <summary>Percent-encoded (RFC 3986, 2.1): all but unreserved characters.</summary>
    Percent,

    /// <summary>A header's value, in which no control character can stand.</summary>
    Header,
}
