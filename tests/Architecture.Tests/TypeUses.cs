using Mono.Cecil;
using Mono.Cecil.Cil;

namespace EmbedPlatform.Architecture.Tests;

/// <summary>A type that uses another, and the namespaces of both.</summary>
internal sealed record TypeUse(string From, string To, string User, string Used);

/// <summary>Reads the types that a compiled type uses: in its bases, attributes, members and method bodies.</summary>
internal static class TypeUses
{
    public static IEnumerable<TypeUse> Of(TypeDefinition type)
    {
        var used = new HashSet<TypeDefinition>();
        Collect(type, used);
        return used.Where(other => other != type && !IsGenerated(other) && !IsGenerated(type))
            .Select(other => new TypeUse(type.Namespace, other.Namespace, type.Name, other.Name));
    }

    // Anonymous types and the like are the compiler's, and stand in no folder.
    private static bool IsGenerated(TypeDefinition type) => type.Name.StartsWith('<');

    private static void Collect(TypeDefinition type, HashSet<TypeDefinition> used)
    {
        void Add(TypeReference? reference) => Note(reference, type.Module, used);

        Add(type.BaseType);
        foreach (var implemented in type.Interfaces)
        {
            Add(implemented.InterfaceType);
        }

        AddAttributes(type);
        AddConstraints(type);
        foreach (var field in type.Fields)
        {
            Add(field.FieldType);
            AddAttributes(field);
        }

        foreach (var property in type.Properties)
        {
            AddAttributes(property);
        }

        foreach (var method in type.Methods)
        {
            AddAttributes(method);
            AddConstraints(method);
            AddMember(method);
            if (method.HasBody)
            {
                AddBody(method.Body);
            }
        }

        foreach (var nested in type.NestedTypes)
        {
            Collect(nested, used);
        }

        void AddBody(MethodBody body)
        {
            foreach (var variable in body.Variables)
            {
                Add(variable.VariableType);
            }

            foreach (var handler in body.ExceptionHandlers)
            {
                Add(handler.CatchType);
            }

            foreach (var instruction in body.Instructions)
            {
                AddOperand(instruction);
            }
        }

        void AddOperand(Instruction instruction)
        {
            switch (instruction.Operand)
            {
                case TypeReference reference:
                    Add(reference);
                    break;
                case FieldReference field:
                    Add(field.DeclaringType);
                    Add(field.FieldType);
                    break;
                case MethodReference method:
                    AddMember(method);
                    break;
            }
        }

        void AddMember(MethodReference method)
        {
            Add(method.DeclaringType);
            Add(method.ReturnType);
            foreach (var parameter in method.Parameters)
            {
                Add(parameter.ParameterType);
            }

            foreach (var argument in (method as GenericInstanceMethod)?.GenericArguments ?? [])
            {
                Add(argument);
            }
        }

        void AddAttributes(ICustomAttributeProvider provider)
        {
            foreach (var attribute in provider.CustomAttributes)
            {
                Add(attribute.AttributeType);
                foreach (var argument in attribute.ConstructorArguments)
                {
                    Add(argument.Value as TypeReference);
                }
            }
        }

        void AddConstraints(IGenericParameterProvider provider)
        {
            foreach (var constraint in provider.GenericParameters.SelectMany(parameter => parameter.Constraints))
            {
                Add(constraint.ConstraintType);
            }
        }
    }

    private static void Note(TypeReference? reference, ModuleDefinition module, HashSet<TypeDefinition> used)
    {
        switch (reference)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                foreach (var argument in generic.GenericArguments)
                {
                    Note(argument, module, used);
                }

                Note(generic.ElementType, module, used);
                return;
            case TypeSpecification specification:
                Note(specification.ElementType, module, used);
                return;
        }

        if (reference is TypeDefinition definition)
        {
            while (definition.DeclaringType is { } outer)
            {
                definition = outer;
            }

            used.Add(definition);
        }
    }
}
