using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Who may sign is as much the gate as what must hold; every change of it is named.</summary>
static class SoftenedPeople
{
    public static IEnumerable<Softening> Between(Document before, Document after)
    {
        foreach (var was in before.People)
        {
            if (after.People.FirstOrDefault(person => person.Name == was.Name) is not { } now) yield return new(was.Name, "the person was removed");
            else
            {
                if (was.KeyId != now.KeyId) yield return new(was.Name, $"the key was {Key(was)} and is {Key(now)}");
                foreach (var former in now.Former ?? [])
                    if (was.KeyId != former.KeyId && !(was.WasTheirs(former.KeyId)?.Until >= former.Until)) yield return new(was.Name, $"the former key {Short(former.KeyId)} counts until {Instant.Write(former.Until)}");
                if (!was.Roles.ToHashSet().SetEquals(now.Roles)) yield return new(was.Name, $"the roles were {Roles(was)} and are {Roles(now)}");
            }
        }

        foreach (var now in after.People)
            if (before.People.All(person => person.Name != now.Name)) yield return new(now.Name, $"the person was added, with the roles {Roles(now)}");
        if (!(before.Runners ?? []).ToHashSet().SetEquals(after.Runners ?? [])) yield return new("runners", $"live evidence came from {Runners(before)} and comes from {Runners(after)}");
    }

    static string Runners(Document document) => document.Runners is { } runners
        ? string.Join(", ", runners.OrderBy(runner => runner.Name, StringComparer.Ordinal).Select(runner => $"{runner.Name} ({(runner.KeyId.Length > 12 ? runner.KeyId[..12] : runner.KeyId)})")) : "the ledger's own runner";

    static string Key(Person person) => person.KeyId is { } key ? Short(key) : "none";

    static string Short(string key) => key.Length > 12 ? key[..12] : key;

    static string Roles(Person person) => person.Roles.IsEmpty ? "none" : string.Join(", ", person.Roles.Order(StringComparer.Ordinal));
}
