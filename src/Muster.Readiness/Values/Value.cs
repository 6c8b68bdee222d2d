using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Readiness;

/// <summary>
/// A JSON value as data: what a probe saw, what a parameter holds, what a statement says. Immutable, compared by content.
/// Units are always base units: seconds, bytes, ratios (0.33 for 33 %), events a second; instants are RFC 3339 text in UTC.
/// </summary>
[JsonConverter(typeof(ValueConverter))]
public abstract record Value
{
    Value() { }

    public sealed record Nothing : Value
    {
        public static readonly Nothing Instance = new();
    }

    public sealed record Truth(bool Is) : Value;

    /// <summary>An IEEE 754 double, as RFC 8785 has it. Integers beyond 2^53 travel as <see cref="Text"/>.</summary>
    public sealed record Number(double Is) : Value;

    public sealed record Text(string Is) : Value;

    public sealed record Items(ImmutableArray<Value> Are) : Value
    {
        public static readonly Items Empty = new(ImmutableArray<Value>.Empty);

        public bool Equals(Items? other) => other is not null && Are.AsSpan().SequenceEqual(other.Are.AsSpan());

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var item in Are) hash.Add(item);
            return hash.ToHashCode();
        }
    }

    /// <summary>Named values, kept in the order of RFC 8785 (UTF-16 code units), each name once.</summary>
    public sealed record Fields : Value, IEnumerable<KeyValuePair<string, Value>>
    {
        public static readonly Fields Empty = new([]);
        readonly KeyValuePair<string, Value>[] _sorted;

        /// <exception cref="ArgumentException">A name stands twice.</exception>
        public Fields(IEnumerable<KeyValuePair<string, Value>> named)
        {
            _sorted = [.. named];
            if (!IsSorted(_sorted)) Array.Sort(_sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
            for (var i = 1; i < _sorted.Length; i++)
                if (_sorted[i].Key == _sorted[i - 1].Key) throw new ArgumentException($"the name \"{_sorted[i].Key}\" stands twice");
        }

        // Canonical JSON, which is what a ledger holds, comes sorted.
        static bool IsSorted(KeyValuePair<string, Value>[] fields)
        {
            for (var i = 1; i < fields.Length; i++)
                if (string.CompareOrdinal(fields[i - 1].Key, fields[i].Key) > 0) return false;
            return true;
        }

        public int Count => _sorted.Length;

        /// <summary>The value under the name, or null if there is none.</summary>
        public Value? this[string name]
        {
            get
            {
                int low = 0, high = _sorted.Length - 1;
                while (low <= high)
                {
                    var middle = (low + high) >>> 1;
                    var order = string.CompareOrdinal(_sorted[middle].Key, name);
                    if (order == 0) return _sorted[middle].Value;
                    if (order < 0) low = middle + 1;
                    else high = middle - 1;
                }

                return null;
            }
        }

        /// <summary>The same fields with this one set; a null value leaves it out.</summary>
        public Fields With(string name, Value? value)
        {
            var kept = _sorted.Where(field => field.Key != name);
            return new(value is null ? kept : kept.Append(new(name, value)));
        }

        public IEnumerator<KeyValuePair<string, Value>> GetEnumerator() => _sorted.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => _sorted.GetEnumerator();

        public bool Equals(Fields? other) =>
            other is not null && _sorted.Length == other._sorted.Length && _sorted.AsSpan().SequenceEqual(other._sorted);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var (name, value) in _sorted) { hash.Add(name); hash.Add(value); }
            return hash.ToHashCode();
        }
    }

    public static readonly Value Null = Nothing.Instance;
    public static readonly Value True = new Truth(true);
    public static readonly Value False = new Truth(false);

    public static implicit operator Value(string? text) => text is null ? Null : new Text(text);
    public static implicit operator Value(bool truth) => truth ? True : False;
    public static implicit operator Value(double number) => new Number(number);
    public static implicit operator Value(int number) => new Number(number);
    public static implicit operator Value(long number) =>
        Math.Abs((double)number) <= 9007199254740992d ? new Number(number) : new Text(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    public static implicit operator Value(TimeSpan duration) => new Number(duration.TotalSeconds);
    public static implicit operator Value(DateTimeOffset instant) => new Text(Instant.Write(instant));

    public static Fields Of(params ReadOnlySpan<(string Name, Value Value)> fields)
    {
        var named = new KeyValuePair<string, Value>[fields.Length];
        for (var i = 0; i < fields.Length; i++) named[i] = new(fields[i].Name, fields[i].Value);
        return new(named);
    }

    public static Items List(IEnumerable<Value> items) => new([.. items]);

    public static Items Texts(IEnumerable<string> items) => new([.. items.Select(item => (Value)new Text(item))]);

    /// <summary>The canonical form, RFC 8785, as text. What people see when a value is shown.</summary>
    public sealed override string ToString() => CanonicalJson.Text(this);

    /// <summary>Reads JSON strictly: no comments, no trailing commas, no name twice, depth at most <paramref name="depth"/>.</summary>
    /// <exception cref="JsonException">The bytes are not such JSON; the message says where.</exception>
    public static Value Parse(ReadOnlySpan<byte> utf8, int depth = 64)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = depth });
        if (!reader.Read()) throw new JsonException("empty where a JSON value was expected");
        var value = Read(ref reader);
        if (reader.Read()) throw new JsonException("more than one JSON value");
        return value;
    }

    internal static Value Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return Null;
            case JsonTokenType.True: return True;
            case JsonTokenType.False: return False;
            case JsonTokenType.String: return new Text(reader.GetString()!);
            case JsonTokenType.Number:
                // An integer that a double cannot hold keeps its digits as text, so that two different ids never compare equal.
                if (!reader.TryGetDouble(out var number) || !double.IsFinite(number)) return new Text(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
                return Math.Abs(number) >= 9007199254740992d && reader.ValueSpan.IndexOfAny("eE."u8) < 0
                        && !(reader.ValueSpan.SequenceEqual("9007199254740992"u8) || reader.ValueSpan.SequenceEqual("-9007199254740992"u8)) // 2^53 itself is exact; 2^53 + 1 reads as the same double
                    ? new Text(System.Text.Encoding.UTF8.GetString(reader.ValueSpan))
                    : new Number(number);
            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<Value>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader));
                return new Items(items.DrainToImmutable());
            case JsonTokenType.StartObject:
                var fields = new List<KeyValuePair<string, Value>>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    fields.Add(new(name, Read(ref reader)));
                }

                try { return new Fields(fields); }
                catch (ArgumentException twice) { throw new JsonException(twice.Message); }
            default: throw new UnreachableException();
        }
    }
}

sealed class ValueConverter : JsonConverter<Value>
{
    public override bool HandleNull => true;

    public override Value Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Value.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, Value value, JsonSerializerOptions options) => writer.WriteRawValue(CanonicalJson.Bytes(value), skipInputValidation: true);
}
