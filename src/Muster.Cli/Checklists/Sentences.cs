using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>The sentences of a checklist as the document's reader compares them: the same reading that the import made.</summary>
static class Sentences
{
    public static ImmutableArray<Digest>? Of(ReadOnlyMemory<byte> bytes) =>
        ChecklistReader.Read("", bytes) is ChecklistReading.Read { Checklist.Items: var items } ? [.. items.Select(item => item.Text)] : null;

    /// <summary>SHA-256 of the words as UTF-8, so that <c>printf %s 'the words' | sha256sum</c> says the same.</summary>
    public static Digest DigestOf(string words) => Digest.Of(Encoding.UTF8.GetBytes(words));
}
