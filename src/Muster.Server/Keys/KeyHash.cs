using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Server.Keys;

/// <summary>A key, as it is held: its SHA-256. Keys are long and random, made by machines; so a plain hash is enough, as it would not be for passwords.</summary>
sealed class KeyHash
{
    /// <summary>Characters that a key has at least.</summary>
    public const int Shortest = 16;

    const string Hash = "sha256:", Variable = "env:", File = "file:";

    static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    readonly byte[] _hash;

    KeyHash(byte[] hash) => _hash = hash;

    /// <summary>Takes as long whatever differs.</summary>
    public bool Is(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);

    public bool Is(KeyHash other) => Is(other._hash);

    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary><c>sha256:</c> and the hash in hexadecimal, <c>env:</c> and a variable's name, <c>file:</c> and a path. A key itself is not taken: it would stand in a file that is passed around.</summary>
    /// <param name="read">What a file holds; it may throw <see cref="IOException"/>.</param>
    /// <param name="problem">Never says the key.</param>
    public static KeyHash? Of(string reference, Func<string, string?> variable, Func<string, string> read, out string? problem)
    {
        problem = null;
        if (reference.StartsWith(Hash, StringComparison.Ordinal))
        {
            if (reference.Length == Hash.Length + 64 && reference.AsSpan(Hash.Length).IndexOfAnyExcept(Hexadecimal) < 0) return new(Convert.FromHexString(reference.AsSpan(Hash.Length)));
            problem = "sha256: is followed by 64 hexadecimal digits";
            return null;
        }

        string? key;
        if (reference.StartsWith(Variable, StringComparison.Ordinal)) key = variable(reference[Variable.Length..]);
        else if (reference.StartsWith(File, StringComparison.Ordinal))
        {
            try { key = read(reference[File.Length..]).Trim(); }
            catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
            {
                problem = $"{reference} cannot be read: {unread.Message}";
                return null;
            }
        }
        else
        {
            problem = "a key is given as sha256:HASH, env:NAME or file:PATH, not as itself";
            return null;
        }

        if (key is { Length: >= Shortest }) return new(HashOf(key));
        problem = key is null ? $"{reference} is not set" : $"the key of {reference} is shorter than {Shortest} characters";
        return null;
    }
}
