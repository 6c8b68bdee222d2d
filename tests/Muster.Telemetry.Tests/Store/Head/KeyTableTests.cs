using System.Text;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Tests.Store.Head;

public sealed class KeyTableTests
{
    [Fact]
    public void A_table_is_a_dictionary()
    {
        var random = new Random(1);
        var table = new KeyTable();
        var known = new List<byte[]>();
        var numbers = new Dictionary<string, int>();
        for (var round = 0; round < 20_000; round++)
        {
            var key = Encoding.UTF8.GetBytes($"{random.Next(15_000)}{new string('k', random.Next(40))}");
            var text = Convert.ToHexString(key);
            var found = table.Find(key, KeyHash.Of(key));
            Assert.Equal(numbers.GetValueOrDefault(text, -1), found);
            if (found >= 0) continue;
            numbers[text] = table.Add(key, KeyHash.Of(key));
            known.Add(key);
        }

        Assert.Equal(known.Count, table.Count);
        Assert.Equal(known.Sum(key => key.Length), table.KeyBytes);
        for (var at = 0; at < known.Count; at++) Assert.True(table.KeyOf(at).SequenceEqual(known[at]));
    }

    [Fact]
    public void Hashes_of_keys_that_differ_in_one_byte_differ()
    {
        var seen = new HashSet<ulong>();
        for (var length = 0; length < 70; length++)
        {
            var key = new byte[length];
            Assert.True(seen.Add(KeyHash.Of(key)));
            for (var at = 0; at < length; at++)
            {
                key[at] = 1;
                Assert.True(seen.Add(KeyHash.Of(key)));
                key[at] = 0;
            }
        }
    }
}
