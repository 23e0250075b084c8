#!/usr/bin/python3
"""Runs the recipe in packaging/conan like `conan create`, in a new folder.

    conan_test.py FOLDER static|shared

Conan itself is not needed: this file has short versions, for Linux only, of the parts that the recipe
imports, by Conan's documentation. CMake really runs, in Debug.
"""
import fnmatch
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import types

RECIPE = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "conan"
SETTINGS = {"os": "Linux", "arch": "x86_64", "compiler": "gcc", "build_type": "Debug"}


class CppInfo:
    def __init__(self):
        self.properties = {}
        self.libs, self.requires, self.defines = [], [], []

    def set_property(self, name, value):
        self.properties[name] = value


class ConanFile:
    options = None

    def run(self, command, env=None):
        assert env == "conanrun"
        subprocess.run([command], check=True, stdout=subprocess.DEVNULL, env={
            "LD_LIBRARY_PATH": str(self.dependency_folder / "lib")})

    def requires(self, reference):
        self.required.append(reference)

    def tool_requires(self, reference):
        self.tools.append(reference)


class CMakeToolchain:
    def __init__(self, conanfile):
        self.conanfile = conanfile
        self.cache_variables = {}

    def generate(self):
        values = {"CMAKE_BUILD_TYPE": SETTINGS["build_type"],
                  "CMAKE_INSTALL_PREFIX": self.conanfile.package_folder,
                  "CMAKE_INSTALL_LIBDIR": "lib", **self.cache_variables}
        if self.conanfile.options:
            values["BUILD_SHARED_LIBS"] = self.conanfile.options.shared
        self.conanfile.cmake_arguments += [
            f"-D{name}={'ON' if value is True else 'OFF' if value is False else value}"
            for name, value in values.items()]


class CMakeDeps:
    """Makes CMake packages of dependencies, from their package_info()."""

    def __init__(self, conanfile):
        self.conanfile = conanfile

    def generate(self):
        info = self.conanfile.dependency_info
        if not info:  # OpenSSL, which CMake's own module finds in the system
            return
        assert info.requires == ["openssl::crypto"] and len(info.libs) == 1, vars(info)
        name, target = (info.properties[f"cmake_{kind}_name"] for kind in ("file", "target"))
        folder = self.conanfile.dependency_folder
        libraries = [file for file in folder.glob(f"lib/lib{info.libs[0]}.*")
                     if file.suffix in (".a", ".so")]
        assert len(libraries) == 1, libraries
        generators = pathlib.Path(self.conanfile.build_folder) / "generators"
        generators.mkdir(parents=True)
        (generators / f"{name}-config.cmake").write_text(f"""
            find_package(OpenSSL REQUIRED COMPONENTS Crypto)
            add_library({target} UNKNOWN IMPORTED)
            set_target_properties({target} PROPERTIES IMPORTED_LOCATION {libraries[0]}
              INTERFACE_INCLUDE_DIRECTORIES {folder}/include
              INTERFACE_LINK_LIBRARIES OpenSSL::Crypto
              INTERFACE_COMPILE_DEFINITIONS "{';'.join(info.defines)}")
            """)
        self.conanfile.cmake_arguments.append(f"-DCMAKE_PREFIX_PATH={generators}")


class CMake:
    def __init__(self, conanfile):
        self.conanfile = conanfile

    def configure(self):
        self._run("-S", self.conanfile.source_folder, "-B", self.conanfile.build_folder,
                  *self.conanfile.cmake_arguments)

    def build(self):
        self._run("--build", self.conanfile.build_folder)

    def install(self):
        self._run("--install", self.conanfile.build_folder)

    def _run(self, *arguments):
        done = subprocess.run(["cmake", *arguments], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout


def copy(_, pattern, src, dst):
    copied = 0
    for path in pathlib.Path(src).rglob(pattern.split("/")[0] + ("/**/*" if "/" in pattern else "")):
        name = path.relative_to(src)
        if path.is_file() and fnmatch.fnmatch(str(name), pattern):
            (pathlib.Path(dst) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, pathlib.Path(dst) / name)
            copied += 1
    assert copied, f"no file is called {pattern}"


def module(name, **names):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(names)


def load_recipe(path):
    spec = importlib.util.spec_from_file_location(path.parent.name, path)
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    conanfile = next(value for value in vars(recipe).values() if isinstance(value, type) and
                     issubclass(value, ConanFile) and value != ConanFile)()
    conanfile.recipe_folder = str(path.parent)
    conanfile.settings = types.SimpleNamespace(**SETTINGS)
    conanfile.dependency_info = None
    conanfile.required, conanfile.tools, conanfile.cmake_arguments = [], [], []
    conanfile.cpp_info = CppInfo()
    return conanfile


def create(folder, is_shared):
    recipe = load_recipe(RECIPE / "conanfile.py")
    recipe.set_version()
    recipe.export_sources_folder = recipe.source_folder = str(folder / "source")
    recipe.export_sources()
    recipe.recipe_folder = str(folder / "nowhere")  # the source tree is no longer there
    options = dict(recipe.default_options, shared=is_shared)
    assert all(value in recipe.options[name] for name, value in options.items())
    assert recipe.implements == ["auto_shared_fpic"]
    if is_shared:
        del options["fPIC"]
    recipe.options = types.SimpleNamespace(**options)
    recipe.build_folder, recipe.package_folder = str(folder / "build"), str(folder / "package")
    recipe.layout()
    recipe.requirements()
    recipe.build_requirements()
    assert [reference.split("/")[0] for reference in recipe.required + recipe.tools] == ["openssl", "cmake"]
    recipe.validate()
    recipe.generate()
    recipe.build()
    recipe.package()
    recipe.package_info()
    return recipe


def check_package(recipe, is_shared):
    root = pathlib.Path(recipe.package_folder)
    files = {str(file.relative_to(root)) for file in root.rglob("*") if not file.is_dir()}
    headers = {str(header.relative_to(RECIPE.parents[1]))
               for header in (RECIPE.parents[1] / "include").rglob("*.hpp")}
    soname = ".".join(recipe.version.split(".")[:2])
    libraries = {"libpresign.a"} if not is_shared else {
        "libpresign.so", f"libpresign.so.{soname}", f"libpresign.so.{recipe.version}"}
    expected = headers | {f"lib/{library}" for library in libraries} | {"licenses/LICENSE"}
    assert files == expected, f"not as expected: {sorted(files ^ expected)}"


def test_package(folder, package):
    test = load_recipe(RECIPE / "test_package" / "conanfile.py")
    test.tested_reference_str = f"{package.name}/{package.version}"
    test.source_folder = test.recipe_folder
    test.build_folder = test.package_folder = str(folder / "test")
    test.cpp = types.SimpleNamespace(build=types.SimpleNamespace(bindir=test.build_folder))
    test.dependency_info = package.cpp_info
    test.dependency_folder = pathlib.Path(package.package_folder)
    test.requirements()
    assert test.required == [test.tested_reference_str]
    test.layout()
    for generator in test.generators:
        globals()[generator](test).generate()
    test.build()
    test.test()


def main(folder, linkage):
    sys.dont_write_bytecode = True  # next to the recipe
    module("conan", ConanFile=ConanFile)
    module("conan.tools")
    module("conan.tools.build", can_run=lambda _: True,
           check_min_cppstd=lambda _, least: int(least) <= 17 or sys.exit("C++17 is not enough"))
    module("conan.tools.cmake", CMake=CMake, CMakeDeps=CMakeDeps, CMakeToolchain=CMakeToolchain,
           cmake_layout=lambda _: None)
    module("conan.tools.files", copy=copy, load=lambda _, path: pathlib.Path(path).read_text(),
           rmdir=lambda _, path: shutil.rmtree(path, ignore_errors=True))
    folder = pathlib.Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    package = create(folder, linkage == "shared")
    check_package(package, linkage == "shared")
    test_package(folder, package)
    print(f"presign/{package.version}, {linkage}: created and used")


if __name__ == "__main__":
    main(*sys.argv[1:])
