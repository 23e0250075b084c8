import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir

required_conan_version = ">=2.0"


class PresignConan(ConanFile):
    name = "presign"
    description = "Signs URLs with AWS Signature Version 4"
    license = "Apache-2.0"
    topics = ("aws", "s3", "sigv4", "presigned-url", "cryptography")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True}
    implements = ["auto_shared_fpic"]

    # This recipe is in the source tree that it builds.
    @property
    def _source_tree(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        lists = load(self, os.path.join(self._source_tree, "CMakeLists.txt"))
        self.version = re.search(r"\bVERSION (\d+\.\d+\.\d+)\n", lists).group(1)

    def export_sources(self):
        for pattern in "CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "src/*":
            copy(self, pattern, src=self._source_tree, dst=self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("openssl/[>=1.1 <4]")

    def build_requirements(self):
        self.tool_requires("cmake/[>=3.20 <5]")

    def validate(self):
        check_min_cppstd(self, 17)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["PRESIGN_TESTS"] = False
        toolchain.cache_variables["PRESIGN_EXAMPLES"] = False
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        for folder in os.path.join("lib", "cmake"), os.path.join("lib", "pkgconfig"), "share":
            rmdir(self, os.path.join(self.package_folder, folder))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "presign")
        self.cpp_info.set_property("cmake_target_name", "presign::presign")
        self.cpp_info.set_property("pkg_config_name", "presign")
        self.cpp_info.libs = ["presign"]
        self.cpp_info.requires = ["openssl::crypto"]
        if not self.options.shared:
            self.cpp_info.defines = ["PRESIGN_STATIC"]
