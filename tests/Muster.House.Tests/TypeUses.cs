using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Muster.House.Tests;

/// <summary>Which of an assembly's outermost types use which others: in signatures, base types and the code of their methods, as compiled.</summary>
static class TypeUses
{
    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static HashSet<Type> Of(Type outermost)
    {
        var used = new HashSet<Type>();
        Collect(outermost, used);
        return [.. used.Where(type => type.Assembly == outermost.Assembly).Select(Outermost).Where(type => type != outermost)];
    }

    public static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    static void Collect(Type type, HashSet<Type> used)
    {
        Add(type.BaseType, used);
        foreach (var implemented in type.GetInterfaces()) Add(implemented, used);
        foreach (var field in type.GetFields(All)) Add(field.FieldType, used);
        foreach (var method in type.GetMembers(All).OfType<MethodBase>()) Collect(method, used);
        foreach (var nested in type.GetNestedTypes(All)) Collect(nested, used);
    }

    static void Collect(MethodBase method, HashSet<Type> used)
    {
        if (method is MethodInfo { ReturnType: var returned }) Add(returned, used);
        foreach (var parameter in method.GetParameters()) Add(parameter.ParameterType, used);
        if (method.GetMethodBody() is not { } body) return;
        foreach (var local in body.LocalVariables) Add(local.LocalType, used);
        foreach (var token in Tokens(body.GetILAsByteArray()!)) Add(method, token, used);
    }

    static void Add(MethodBase within, int token, HashSet<Type> used)
    {
        var ofType = within.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var ofMethod = within.IsGenericMethod ? within.GetGenericArguments() : null;
        var member = within.Module.ResolveMember(token, ofType, ofMethod);
        Add(member as Type ?? member?.DeclaringType, used);
        if (member is MethodInfo { IsGenericMethod: true } called)
            foreach (var argument in called.GetGenericArguments()) Add(argument, used);
    }

    static void Add(Type? type, HashSet<Type> used)
    {
        if (type is null || type.IsGenericParameter) return;
        if (type.HasElementType) Add(type.GetElementType(), used);
        else if (!used.Add(type)) return;
        foreach (var argument in type.GetGenericArguments()) Add(argument, used);
    }

    /// <summary>The operands that name a type, field or method.</summary>
    static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xfe ? (short)(0xfe00 | code[at + 1]) : code[at];
            var operation = Codes[value];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return BitConverter.ToInt32(code, at);
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    public static bool WrittenByHand(Type type) => type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !type.Name.Contains('<', StringComparison.Ordinal);
}
