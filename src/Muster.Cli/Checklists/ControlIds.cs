using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>Ids for new controls: the checklist's own name where it gives one, else the section and the first words. An id that is given stays, whatever becomes of the words.</summary>
sealed class ControlIds(IEnumerable<string> taken)
{
    const int MostWords = 4;
    const int MostLetters = 32;

    static readonly HashSet<string> Small = [.. "a an and are as at be been by can could do does for from has have http https if in into is it its may must no of on or our over shall should so than that the their then there they this to was we were when which who will with would you your".Split(' ')];

    readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    public string Of(Item item)
    {
        var name = item.Reference ?? Named(item);
        var id = name;
        for (var i = 2; !_taken.Add(id); i++) id = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        return id;
    }

    static string Named(Item item)
    {
        var words = Slug(item.Title.Split(" (", 2)[0], MostWords, MostLetters); // what stands in brackets are the row's other columns
        if (words.Length == 0) words = "s-" + item.Text.Hex[..8]; // no Latin letter in it
        var section = item.Section is { } said ? Slug(said, 2, 20) : "";
        return section.Length == 0 ? words : $"{section}.{words}";
    }

    static string Slug(string text, int mostWords, int mostLetters)
    {
        var all = Latin(text).Split('-', StringSplitOptions.RemoveEmptyEntries);
        var telling = all.Where(word => !Small.Contains(word)).ToArray();
        var slug = new StringBuilder();
        foreach (var word in (telling.Length > 0 ? telling : all).Take(mostWords))
        {
            if (slug.Length > 0 && slug.Length + word.Length >= mostLetters) break;
            if (slug.Length > 0) slug.Append('-');
            slug.Append(word.AsSpan(0, Math.Min(word.Length, mostLetters)));
        }

        return slug.ToString();
    }

    static string Latin(string text)
    {
        var to = new StringBuilder(text.Length);
        foreach (var letter in text.ToLowerInvariant())
            to.Append(letter switch
            {
                >= 'a' and <= 'z' or >= '0' and <= '9' => letter.ToString(),
                'ä' or 'æ' => "ae",
                'ö' or 'ø' or 'œ' => "oe",
                'ü' => "ue",
                'ß' => "ss",
                'á' or 'à' or 'â' or 'ã' or 'å' => "a",
                'é' or 'è' or 'ê' or 'ë' => "e",
                'í' or 'ì' or 'î' or 'ï' => "i",
                'ó' or 'ò' or 'ô' or 'õ' => "o",
                'ú' or 'ù' or 'û' => "u",
                'ç' => "c",
                'ñ' => "n",
                '\'' or '’' => "",
                _ => "-",
            });
        return to.ToString();
    }
}
