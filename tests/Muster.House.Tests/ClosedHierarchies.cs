using System.Reflection;
using System.Text.Json.Serialization;

namespace Muster.House.Tests;

/// <summary>C# 14 has no closed hierarchies; ours are abstract records with nested sealed cases and, where other rooms see them, a private constructor. This keeps them so.</summary>
static class ClosedHierarchies
{
    public static IEnumerable<string> Broken(IEnumerable<Type> types)
    {
        var all = types.ToList();
        foreach (var closed in all.Where(type => type is { IsAbstract: true, IsClass: true } && type.GetNestedTypes(Everything).Any(type.IsAssignableFrom)))
        {
            var cases = all.Where(type => type != closed && closed.IsAssignableFrom(type)).ToList();
            foreach (var one in cases)
            {
                if (one.DeclaringType != closed) yield return $"{one.Name} is a {closed.Name} but is not nested in it";
                if (!one.IsSealed) yield return $"{closed.Name}.{one.Name} is not sealed";
            }

            if (closed.IsVisible && closed.GetConstructors(BindingFlags.Instance | Everything).Any(made => !made.IsPrivate && !Copies(made, closed)))
                yield return $"{closed.Name} has a constructor that others can call";

            if (closed.GetCustomAttribute<JsonPolymorphicAttribute>() is null) continue;
            var listed = closed.GetCustomAttributes<JsonDerivedTypeAttribute>().ToList();
            foreach (var one in cases.Where(one => listed.All(line => line.DerivedType != one))) yield return $"{closed.Name}.{one.Name} has no JSON discriminator";
            foreach (var line in listed.Where(line => line.TypeDiscriminator is not string)) yield return $"{closed.Name}.{line.DerivedType.Name}'s JSON discriminator is not a name";
        }
    }

    // A record's copy constructor is protected by the language; the nested and sealed cases are what closes that way in.
    static bool Copies(ConstructorInfo made, Type closed) => made.GetParameters() is [var only] && only.ParameterType == closed;

    const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic;
}
