using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a file declares beside what the running thing, or another file, says that it has.</summary>
static class ConfigAssertionsProbe
{
    const int MostBytes = 4 * 1024 * 1024, MostValues = 500;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var names = Names(question);
        var declared = await File(given, given.Text("as"), context, cancel);
        var other = given.Other("live") ?? throw Given.Wrong("live", "is missing");
        var mask = new SecretMask(context.Hide);
        var (live, before, after) = await Live(other, given, mask, context, cancel);
        var (seen, shown, drift) = (Value.Fields.Empty, Value.Fields.Empty, ImmutableArray.CreateBuilder<Value>());
        List<string> undeclared = [], absent = [];
        var same = 0;
        foreach (var (name, here, there) in names)
        {
            var (wanted, found) = (JsonPointer.Find(declared, here), JsonPointer.Find(live, there));
            if (wanted is null) undeclared.Add(name);
            if (found is null) absent.Add(name);
            var secret = SecretNames.Holds(name) || IsSecret(here) || IsSecret(there);
            if (wanted is not null) seen = seen.With(name, mask.Shown(wanted, secret));
            if (found is not null) shown = shown.With(name, mask.Shown(found, secret));
            if (wanted is null || found is null) continue;
            if (Alike(wanted, found)) same++;
            else drift.Add(name);
        }

        return new()
        {
            Observation = Value.Of(("declared", seen), ("live", shown), ("same", same), ("drift", new Value.Items(drift.DrainToImmutable())), ("undeclared", Value.Texts(undeclared)), ("absent", Value.Texts(absent))),
            Population = names.Length, Before = before, After = after,
        };
    }

    static ImmutableArray<(string Name, string Declared, string Live)> Names(Asked question)
    {
        if (question.Parameters["values"] is not Value.Fields { Count: > 0 and <= MostValues } said) throw Given.Wrong("values", $"is no map of 1 to {MostValues} names with pointers");
        return [.. said.Select(value => value.Value switch
        {
            Value.Text pointer => (value.Key, Pointer(pointer.Is), pointer.Is),
            Value.Fields both when both.Text("declared") is { } here && both.Text("live") is { } there => (value.Key, Pointer(here), Pointer(there)),
            _ => throw Given.Wrong("values", $"says of \"{value.Key}\" neither a pointer nor a map of declared and live"),
        })];
    }

    static string Pointer(string text) => text.StartsWith('/') && !text.Split('/').Contains("*") ? text : throw Given.Wrong("values", $"has \"{text}\", which is no JSON Pointer to one value, as /log/level");

    static async Task<Value> File(Given given, string? form, ProbeContext context, CancellationToken cancel)
    {
        var name = given.Target;
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (!System.IO.File.Exists(place)) throw new Unseen(Blind.Unreadable, $"{name} is not there");
        if (new FileInfo(place).Length > MostBytes) throw new Unseen(Blind.TooLarge, $"{name} has more than {MostBytes} bytes");
        var how = form ?? ConfigTree.FormOf(name) ?? throw Given.Wrong("as", $"must say how {name} is read: {string.Join(", ", ConfigTree.Forms)}");
        return ConfigTree.Read(how, await System.IO.File.ReadAllBytesAsync(place, cancel), name);
    }

    static async Task<(Value, Value?, Value?)> Live(Given other, Given given, SecretMask mask, ProbeContext context, CancellationToken cancel)
    {
        if (!other.Target.Contains("://", StringComparison.Ordinal)) return (await File(other, given.Text("live_as"), context, cancel), null, null);
        var api = await HttpApi.Of(other, context, cancel);
        // A page of settings that is an error may well name them.
        try { return (await api.Get(given.Text("page") ?? "", cancel), api.First, api.Last); }
        catch (Unseen unseen) { throw new Unseen(unseen.Blind, mask.Shown(unseen.Message), unseen.InnerException); }
    }

    /// <summary>A number in one and its digits as text in the other are one setting: most files of settings know no types.</summary>
    static bool Alike(Value one, Value other) => one.Equals(other) || one is not (Value.Fields or Value.Items or Value.Nothing) && other is not (Value.Fields or Value.Items or Value.Nothing) && Text(one) == Text(other);

    static string Text(Value value) => value is Value.Text text ? text.Is : value.ToString();

    /// <summary>By the last name of the pointer; where that is only "value" or the like, by the one above.</summary>
    static bool IsSecret(string pointer)
    {
        var names = pointer.Split('/');
        var last = names[^1];
        return SecretNames.Holds(last) || (last is "value" or "data" or "text" or "key" or "plain" || last.All(char.IsAsciiDigit)) && SecretNames.Holds(names[^2]);
    }
}
