using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Muster.Probes.Load;

/// <summary>A piece of a template: bytes as they are, or a placeholder.</summary>
abstract class Segment(string name)
{
    /// <summary>As it stands between the brackets.</summary>
    public string Name => name;

    /// <summary>True if what fills it is always a number.</summary>
    public virtual bool IsNumber => false;

    /// <summary>False if it has no value yet, or one that cannot stand in that place.</summary>
    public abstract bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to);

    static bool Digits(long number, IBufferWriter<byte> to)
    {
        Utf8Formatter.TryFormat(number, to.GetSpan(20), out var written);
        to.Advance(written);
        return true;
    }

    public sealed class Bytes(byte[] are) : Segment("")
    {
        public byte[] Are => are;

        public override bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to)
        {
            to.Write(are);
            return true;
        }
    }

    public sealed class Data(string name, int file, int column, bool number) : Segment(name)
    {
        public override bool IsNumber => number;

        public override bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to) =>
            file < user.Rows.Length && column < user.Rows[file].Length && Escaping.Write(user.Rows[file][column], place, number, to);
    }

    public sealed class Saved(string name, string key, bool number) : Segment(name)
    {
        public override bool IsNumber => number;

        public override bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to) =>
            user.Saved.TryGetValue(key, out var text) && Escaping.Write(text, place, number, to);
    }

    public sealed class User(string name, Func<UserVariables, long> of) : Segment(name)
    {
        public override bool IsNumber => true;

        public override bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to) => Digits(of(user), to);
    }

    public sealed class Uuid(string name) : Segment(name)
    {
        public override bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to)
        {
            Guid.NewGuid().TryFormat(to.GetSpan(36), out var written, default);
            to.Advance(written);
            return true;
        }
    }

    /// <summary>One count for the whole plan, so that no two requests of a run have the same.</summary>
    public sealed class Counter(string name, PlanCounter counter) : Segment(name)
    {
        public override bool IsNumber => true;

        public override bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to) => Digits(counter.Next(), to);
    }

    public sealed class Chance(string name, long least, long most) : Segment(name)
    {
        public override bool IsNumber => true;

        public override bool Write(UserVariables user, TemplatePlace place, IBufferWriter<byte> to) => Digits(user.Random.NextInt64(least, most + 1), to);

        /// <summary>Both ends included.</summary>
        public static (long Least, long Most)? Read(string text)
        {
            var dots = text.IndexOf("..", StringComparison.Ordinal);
            return dots > 0 && Whole(text.AsSpan(0, dots)) is { } least && Whole(text.AsSpan(dots + 2)) is { } most && least <= most ? (least, most) : null;
        }

        static long? Whole(ReadOnlySpan<char> text) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && Math.Abs((double)number) <= 1e18 ? number : null;
    }
}

/// <summary>From 1, over all threads of a run.</summary>
sealed class PlanCounter
{
    long _last;

    public long Next() => Interlocked.Increment(ref _last);
}
